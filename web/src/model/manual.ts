/** A page of the documentation cut into what is shown of it: one language, and the commands. Pure. */
import type { Language } from './text';

export type Block =
    | { kind: 'heading' | 'text'; text: string }
    | { kind: 'code'; text: string; title: string };

/** No Japanese sentence is without them; an English one may name a thing in ideographs. */
const kHiragana = /[\u3041-\u3096]/;

/** Words without the marks of Markdown that they stand in. */
function plain(text: string): string {
    return text
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .replace(/[`*]/g, '')
        .replace(/([\u3000-\u9fff\uff00-\uffef])\n/g, '$1')
        .replace(/\n/g, ' ');
}

/**
 * Headings are "日本語 / English"; a paragraph is in one of the languages; blocks of commands are in both.
 * The page's own title, and lines after it up to the first heading, are paragraphs too.
 */
export function blocksOf(markdown: string, language: Language): Block[] {
    const blocks: Block[] = [];
    let title = '';
    for (const part of markdown.split(/\n*^(```[\s\S]*?^```)$\n*|\n{2,}/m)) {
        if (!part?.trim() || part.startsWith('# ')) continue;
        if (part.startsWith('```')) {
            const text = part.replace(/^```.*\n/, '').replace(/\n?```$/, '');
            blocks.push({ kind: 'code', text, title });
        } else if (part.startsWith('## ')) {
            const [ja, en] = part.slice(3).split(' / ');
            const number = /^\d+\. /.exec(ja!)?.[0] ?? '';
            title = language === 'ja' || !en ? ja! : number + en;
            blocks.push({ kind: 'heading', text: title });
        } else if (kHiragana.test(part) === (language === 'ja')) {
            blocks.push({ kind: 'text', text: plain(part) });
        }
    }
    return blocks;
}

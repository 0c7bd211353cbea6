/** The words of the page: one catalogue a language, chosen by the person and remembered. */
import type { Words } from '../api/types';
import type { Language } from '../model/text';
import en from '../strings/en.json';
import ja from '../strings/ja.json';
import { recall, remember } from './memory';

export type Key = keyof typeof ja;

const kCatalogues: Record<Language, Record<Key, string>> = { ja, en };
const kName = 'musubi.language';

let chosen = $state<Language>(recall(kName) === 'en' ? 'en' : 'ja');

export function language(): Language {
    return chosen;
}

export function chooseLanguage(next: Language): void {
    chosen = next;
    remember(kName, next);
}

/** The words under `key`, with each `{name}` filled in. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
    return kCatalogues[chosen][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
        name in values ? String(values[name]) : whole,
    );
}

/** Whether `key` is in the catalogue; for words that are chosen by what the server says. */
export function isKey(key: string): key is Key {
    return key in ja;
}

/** Words that came as data; English falls back to Japanese. */
export function say(words: Words | null | undefined): string {
    if (!words) return '';
    return chosen === 'en' ? (words.en ?? words.ja) : words.ja;
}

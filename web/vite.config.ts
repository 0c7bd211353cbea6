import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const kDeclared = /(--[\w-]+)\s*:[^;{}]*;?/g;

/** Leaves out the custom properties of a style sheet that nothing uses: of the design tokens most. */
function onlyUsedTokens(): Plugin {
    return {
        name: 'only-used-tokens',
        generateBundle(_, bundle) {
            const sheets = Object.values(bundle).flatMap((file) =>
                file.type === 'asset' && file.fileName.endsWith('.css') ? [file] : [],
            );
            for (let before = -1, size = 0; before !== size; ) {
                before = size;
                const all = Object.values(bundle)
                    .map((file) => String(file.type === 'asset' ? file.source : file.code))
                    .join('\n');
                const used = new Set([...all.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1]));
                for (const sheet of sheets)
                    sheet.source = String(sheet.source).replace(kDeclared, (whole, name: string) =>
                        used.has(name) || !/^--(color|font|line|border|elevation)/.test(name) ? whole : '',
                    );
                size = sheets.reduce((sum, sheet) => sum + sheet.source.length, 0);
            }
        },
    };
}

/**
 * Parts of the map library that this page never reaches, with what they export: its flat styles and their
 * expressions, controls that we do not have, pictures that would have to be bent into another projection.
 */
const kUnreached: Record<string, string[]> = {
    'ol/render/canvas/style.js': ['flatStyleLikeToStyleFunction', 'flatStylesToStyleFunction'],
    'ol/control/defaults.js': ['defaults'],
    'ol/reproj/Tile.js': ['default'],
};

/** Puts a part that refuses to run in the place of each that is never reached, which halves nothing but the weight. */
function withoutUnreached(): Plugin {
    const partOf = (id: string) => Object.keys(kUnreached).find((part) => id.endsWith(`/node_modules/${part}`));
    return {
        name: 'without-unreached',
        enforce: 'pre',
        load(id) {
            const part = partOf(id);
            const refuse = (name: string) =>
                `export ${name === 'default' ? 'default function' : `function ${name}`}() { throw new Error('${part} is left out of the page'); }`;
            return part ? kUnreached[part]!.map(refuse).join('\n') : null;
        },
    };
}

export default defineConfig({
    plugins: [svelte(), onlyUsedTokens(), withoutUnreached()],
    build: {
        target: 'es2022',
        // Nothing may be inlined as a script: the server's Content-Security-Policy allows files only.
        modulePreload: { polyfill: false },
        reportCompressedSize: true,
    },
});

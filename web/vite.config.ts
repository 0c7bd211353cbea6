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

export default defineConfig({
    plugins: [svelte(), onlyUsedTokens()],
    build: {
        target: 'es2020',
        // Nothing may be inlined as a script: the server's Content-Security-Policy allows files only.
        modulePreload: { polyfill: false },
        reportCompressedSize: true,
    },
});

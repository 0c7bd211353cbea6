import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
    plugins: [svelte()],
    build: {
        target: 'es2020',
        // Nothing may be inlined as a script: the server's Content-Security-Policy allows files only.
        modulePreload: { polyfill: false },
        reportCompressedSize: true,
    },
});

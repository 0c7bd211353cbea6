// Chromium, and a page in it that remembers what it asked for and what it complained about.
import { chromium } from 'playwright-core';

const kArguments = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
];

export function launch(more = []) {
    return chromium.launch({
        executablePath: process.env.MUSUBI_CHROMIUM ?? '/usr/bin/chromium',
        args: [...kArguments, ...more],
    });
}

/** A fresh person's page: no memory of former visits, with the server's key if it has one. */
export async function openPage(
    browser,
    server,
    { width = 1280, height = 720, language = 'ja', hash = '', setUp = async () => {} } = {},
) {
    const context = await browser.newContext({
        viewport: { width, height },
        acceptDownloads: true,
    });
    await context.addInitScript(
        ([chosen, key]) => {
            if (!localStorage.getItem('musubi.language'))
                localStorage.setItem('musubi.language', chosen);
            if (key) sessionStorage.setItem('musubi.key', key);
        },
        [language, server.key],
    );
    const page = await context.newPage();
    page.requested = [];
    page.complaints = [];
    page.on('request', (request) => page.requested.push(request.url()));
    page.on('pageerror', (error) => page.complaints.push(String(error)));
    page.on('console', (message) => {
        if (message.type() === 'error') page.complaints.push(message.text());
    });
    await setUp(page);
    await page.goto(`${server.url}/${hash}`);
    return page;
}

/** Until the page has its stations and its map. */
export async function settled(page) {
    await page.locator('tr[data-station]').first().waitFor();
    await page.locator('.map canvas').first().waitFor();
    await page.locator('[data-marks]').waitFor({ state: 'attached' });
}

/** What stands out of its place sideways: the page out of the window, a table out of its section. */
export function tooWide(page) {
    return page.evaluate(() => {
        const root = document.documentElement;
        const found =
            root.scrollWidth > root.clientWidth
                ? [`page: ${root.scrollWidth} of ${root.clientWidth}`]
                : [];
        for (const table of document.querySelectorAll('table')) {
            const room = table.parentElement.clientWidth;
            if (table.offsetWidth > room) found.push(`table: ${table.offsetWidth} of ${room}`);
        }
        return found;
    });
}

/** A picture of the whole page, for who wants to look: MUSUBI_SHOTS names the folder. */
export async function shot(page, name) {
    const folder = process.env.MUSUBI_SHOTS;
    if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

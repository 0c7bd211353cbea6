// axe-core over each face of the page; nothing serious may be left.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, settled } from './browser.mjs';
import { serve } from './server.mjs';

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 40 });
});
after(async () => {
    await browser.close();
    await server?.stop();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1280, 720],
        [360, 740],
    ]) {
        test(`the page at ${width} × ${height} in ${language}`, async () => {
            const page = await openPage(browser, server, { width, height, language });
            await settled(page);
            await check(page);
            await page.context().close();
        });
    }
}

test('a station, a desk and the readings, opened', async () => {
    const page = await openPage(browser, server);
    await settled(page);
    await page.locator('tr[data-station] a.station').first().click();
    await page.locator('.station-detail canvas').waitFor();
    await page.locator('[data-alert] > button').first().click();
    await check(page);
    await page.locator('.station-detail button.number.figure').click();
    await page.getByRole('dialog').locator('tbody tr').first().waitFor();
    await check(page);
    await page.context().close();
});

test('landmarks and headings lead through the page', async () => {
    const page = await openPage(browser, server);
    await settled(page);
    assert.equal(await page.getByRole('main').count(), 1);
    assert.equal(await page.getByRole('navigation').count(), 1);
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1);
    for (const name of ['お知らせ', '地図', '観測点']) {
        assert.equal(
            await page.getByRole('region', { name: new RegExp(`^${name}`) }).count(),
            1,
            name,
        );
    }
    await page.context().close();
});

test('with motion turned off nothing moves', async () => {
    const page = await openPage(browser, server, {
        setUp: (page) => page.emulateMedia({ reducedMotion: 'reduce' }),
    });
    await settled(page);
    const moving = await page.evaluate(() => document.getAnimations().length);
    assert.equal(moving, 0);
    await page.context().close();
});

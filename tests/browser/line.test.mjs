// The line between page and server: live, cut, locked.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage, settled } from './browser.mjs';
import { given, serve } from './server.mjs';

const own = { skip: given ? 'needs a server of its own' : false };
let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 0 });
});
after(async () => {
    await browser.close();
    await server?.stop();
});

async function report(n, value, time) {
    const response = await fetch(
        `${server.url}/ngsi-ld/v1/entities/urn:ngsi-ld:FloodMonitoring:fukui:${n}/attrs`,
        {
            method: 'PATCH',
            headers: {
                'Content-Type': 'application/json',
                Link: `<${await context()}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`,
            },
            body: JSON.stringify({
                currentLevel: { type: 'Property', value, unitCode: 'MTR', observedAt: time },
            }),
        },
    );
    assert.equal(response.status, 204);
}

async function context() {
    return (await (await fetch(`${server.url}/musubi/v1/town`)).json()).context;
}

test('a new reading stands on the page without a reload', own, async () => {
    const page = await openPage(browser, server);
    await settled(page);
    await page.waitForTimeout(500);
    await report(7, 1.77, '2021-08-14T09:05:00.000Z');
    const row = page.locator('tr[data-station$=":7"]');
    await row.getByText('1.77').waitFor();
    assert.match(await row.innerText(), /18:05/);
    await page.context().close();
});

test('without the live feed the page polls, and says so', own, async () => {
    const page = await openPage(browser, server, {
        setUp: (page) =>
            page.route('**/musubi/v1/live**', (route) => route.fulfill({ status: 501, body: '' })),
    });
    await settled(page);
    await page.getByText(/15 秒ごとに読み込んでいます/).waitFor();
    await report(8, 1.88, '2021-08-14T09:06:00.000Z');
    await page.locator('tr[data-station$=":8"]').getByText('1.88').waitFor({ timeout: 25_000 });
    await page.context().close();
});

test(
    'cut off, the page says since when, keeps what it knows, and comes back by itself',
    own,
    async () => {
        const page = await openPage(browser, server);
        await settled(page);
        await page.waitForTimeout(500);
        await server.kill();
        await page.getByText(/からサーバーに届きません。/).waitFor();
        assert.match(
            await page.locator('.notice').innerText(),
            /表示しているのは .* までに分かったことです/,
        );
        assert.match(await page.locator('.calm').innerText(), /最後に届いた内容では/);
        assert.equal(await page.locator('tr[data-station]').count(), 48);
        await server.revive();
        await page.locator('.notice').waitFor({ state: 'detached', timeout: 40_000 });
        await page.context().close();
    },
);

test('a server that wants a key is given one, once', async () => {
    const locked = (page) =>
        page.route(/\/(musubi|ngsi-ld)\/v1\//, (route) =>
            route.request().headers().authorization === 'Bearer sesame'
                ? route.continue({
                      headers: {
                          ...route.request().headers(),
                          authorization: server.key ? `Bearer ${server.key}` : '',
                      },
                  })
                : route.fulfill({
                      status: 401,
                      contentType: 'application/problem+json',
                      body: '{"title":"Unauthorized","status":401}',
                  }),
        );
    const page = await openPage(browser, { ...server, key: null }, { setUp: locked });
    await page.getByRole('dialog').getByRole('button', { name: '鍵で入る' }).click();
    const dialog = page.getByRole('dialog', { name: '鍵を入れてください' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    assert.ok(await dialog.isVisible());
    await dialog.getByLabel('鍵', { exact: true }).fill('wrong');
    await page.keyboard.press('Enter');
    await dialog.getByText(/この鍵では開けませんでした/).waitFor();
    await dialog.getByLabel('鍵', { exact: true }).fill('sesame');
    await dialog.getByLabel('この端末で覚える').check();
    await page.keyboard.press('Enter');
    await settled(page);
    assert.equal(await page.evaluate(() => localStorage.getItem('musubi.key')), 'sesame');
    await page.reload();
    await settled(page);
    assert.equal(await dialog.count(), 0);
    await page.context().close();
});

test('the key in the address that ./start prints is taken and does not stay there', async () => {
    const page = await openPage(
        browser,
        { ...server, key: null },
        { hash: '#key=s%2Bsame&station=urn:ngsi-ld:FloodMonitoring:fukui:1' },
    );
    assert.ok(!page.url().includes('key='), page.url());
    assert.ok(page.url().endsWith('#station=urn:ngsi-ld:FloodMonitoring:fukui:1'), page.url());
    assert.equal(await page.evaluate(() => sessionStorage.getItem('musubi.key')), 's+same');
    assert.equal(await page.evaluate(() => localStorage.getItem('musubi.key')), null);
    await page.context().close();
});

test('a part that cannot be fetched is said to be missing, and the rest stands', async () => {
    const page = await openPage(browser, server, {
        setUp: (page) => page.route(/\/assets\/(map|LevelChart)-.*\.js$/, (route) => route.abort()),
    });
    await page.locator('tr[data-station] a.station').first().click();
    await page
        .locator('.station-detail')
        .getByText(/図を受け取れませんでした/)
        .waitFor();
    await page
        .locator('.map')
        .getByText(/図を受け取れませんでした/)
        .waitFor();
    assert.match(await page.locator('.station-detail').innerText(), /\d\.\d\d\s?m/);
    await page.context().close();
});

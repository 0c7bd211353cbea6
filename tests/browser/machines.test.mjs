// 設定 / 機械: keys and machines made, listed and withdrawn; what is secret is told once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { given, serve } from './server.mjs';

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const needsOwn = { skip: given ? 'changes the keys of the server' : false };
const rows = async (what) => (await fetch(`${server.url}/musubi/v1/${what}`)).json();
const reads = async (key) =>
    (
        await fetch(`${server.url}/ngsi-ld/v1/entities?type=FloodMonitoring`, {
            headers: { Authorization: `Bearer ${key}` },
        })
    ).status;

async function opened(options = {}) {
    const page = await openPage(browser, server, { hash: '#settings/machines', ...options });
    await page.locator('#machines-list').waitFor();
    return page;
}
async function withdraw(page, row) {
    await row.getByRole('button', { name: /^取り消す/ }).click();
    await row.getByRole('group').getByRole('button').first().click();
    await page.getByText('取り消しました。').waitFor();
    assert.equal(await row.count(), 0);
}

test('a key is made for a scope, is shown this once, opens, and is withdrawn', needsOwn, async () => {
    const page = await opened();
    await page.getByLabel('身元の示し方').selectOption({ label: '鍵（すべての要求に付ける）' });
    await page.getByLabel('名前', { exact: true }).fill('橋の水位計');
    await page.getByLabel('役割').selectOption('reader');
    await page.getByLabel(/^スコープを限るとき/).fill('town/north');
    await page.getByLabel('最後の日').fill('2098-03-31');
    await page.getByRole('button', { name: '加える' }).click();
    const sheet = page.locator('.sheet');
    await sheet.waitFor();
    const key = await sheet.locator('code').nth(1).innerText();
    assert.equal(await reads(key), 200);
    const row = page.locator('[data-key]', { hasText: '橋の水位計' });
    await row.waitFor();
    assert.match(await row.innerText(), /閲覧者 \/town\/north （2098年3月31日 23:59 まで）/);
    await check(page);
    await shot(page, 'machines');
    await page.reload();
    await row.waitFor();
    assert.equal((await page.content()).includes(key), false);
    await withdraw(page, row);
    assert.equal(await reads(key), 401);
    await page.context().close();
});

test('a machine gets a secret, and a token for it until it is withdrawn', needsOwn, async () => {
    const page = await opened();
    await page.getByLabel('身元の示し方').selectOption({ label: '秘密の文字列（トークンを受け取る）' });
    await page.getByLabel('名前', { exact: true }).fill('水門');
    await page.getByLabel('役割').selectOption('device');
    await page.getByRole('button', { name: '加える' }).click();
    const sheet = page.locator('.sheet');
    await sheet.waitFor();
    const [id, secret] = await sheet.locator('code').allInnerTexts();
    const token = () =>
        fetch(`${server.url}/musubi/v1/token`, {
            method: 'POST',
            headers: {
                'Content-Type': 'application/x-www-form-urlencoded',
                Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
            },
            body: 'grant_type=client_credentials',
        });
    assert.equal((await token()).status, 200);
    await page.reload();
    const row = page.locator(`[data-machine="${id}"]`);
    await row.waitFor();
    assert.match(await row.innerText(), /水門[\s\S]*機器[\s\S]*秘密の文字列/);
    await withdraw(page, row);
    assert.equal((await token()).status, 401);
    assert.deepEqual(await rows('machines'), []);
    await page.context().close();
});

test('what is no key is refused in words, and nothing is made', needsOwn, async () => {
    const page = await opened();
    await page.getByLabel('身元の示し方').selectOption({ label: '署名の鍵（トークンを受け取る）' });
    await page.getByLabel('公開鍵（JWK Set）').fill('-----BEGIN PUBLIC KEY-----');
    await page.getByLabel('役割').selectOption('reader');
    await page.getByRole('button', { name: '加える' }).click();
    await page.getByRole('alert').getByText('公開鍵は JWK Set（JSON）で入れてください。').waitFor();
    assert.deepEqual(await rows('machines'), []);
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1280, 720],
        [360, 740],
        [320, 640],
    ]) {
        test(`nothing is wrong with it at ${width} × ${height} in ${language}`, async () => {
            const page = await opened({ width, height, language });
            await check(page);
            await shot(page, `machines-${width}-${language}`);
            // A table that is wider scrolls within its section.
            const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}

// 設定 / 記録: what was done and refused, one entry traced, the chain verified, redaction, all of it taken along.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { sessionOf } from './people.mjs';
import { given, serve } from './server.mjs';

let browser;
let server;
let reader;
let officer;
let session;
async function keyOf(role, label) {
    const made = await fetch(`${server.url}/musubi/v1/keys`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ role, label }),
    });
    assert.equal(made.status, 201);
    return (await made.json()).key;
}
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (given) return;
    reader = await keyOf('reader', '掲示板');
    officer = await keyOf('privacy-officer', '個人情報保護');
    session = await sessionOf(server, { name: 'hogo', grants: [{ role: 'privacy-officer' }] });
    // Refused: a reader makes no keys.
    const refused = await fetch(`${server.url}/musubi/v1/keys`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${reader}` },
        body: JSON.stringify({ role: 'reader', label: 'x' }),
    });
    assert.equal(refused.status, 403);
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const needsOwn = { skip: given ? 'needs a journal of its own' : false };

async function opened(options) {
    const page = await openPage(browser, server, { hash: '#settings/journal', ...options });
    await page.locator('[data-entry]').first().waitFor();
    return page;
}

test('the chain holds, and the page says so from its own reckoning', async () => {
    const page = await opened();
    await page.getByText(/表示している \d+ 件は、どれも書かれたときのまま/).waitFor();
    const state = await page.getByRole('region', { name: 'つながりの状態' }).innerText();
    assert.match(state, /最後の検印は/);
    assert.doesNotMatch(state, /合いません/);
    await page.context().close();
});

test('an entry that was changed on its way is found', async () => {
    const page = await openPage(browser, server, {
        hash: '#settings/journal',
        setUp: (page) =>
            page.route(/\/musubi\/v1\/journal\?limit=100/, async (route) => {
                const answer = await route.fetch();
                const entries = await answer.json();
                entries[1].subject = 'key:somebody-else';
                await route.fulfill({ response: answer, json: entries });
            }),
    });
    await page.getByText(/第\d+件が、書かれたときのままではないか/).waitFor();
    await page.context().close();
});

test('what was refused is found by its kind, and leads back to who it was', needsOwn, async () => {
    const page = await opened();
    await page.getByRole('combobox', { name: '種類' }).selectOption('refusal');
    await page.locator('[data-kind=checkpoint]').first().waitFor({ state: 'detached' });
    const entry = page.locator('[data-kind=refusal]').first();
    assert.match(await entry.innerText(), /断り[\s\S]*掲示板[\s\S]*403/);
    await entry.getByRole('link').focus();
    await page.keyboard.press('Enter');
    await page.getByText(/鍵は .* に作られました/).waitFor();
    const way = await page.getByRole('region', { name: 'たどる' }).innerText();
    assert.match(way, /掲示板[\s\S]*閲覧者[\s\S]*役割だけで決まりました[\s\S]*403/);
    await page.getByText('この記録は、書かれたときのままです。').waitFor();
    await page.goBack();
    await page.locator('[data-entry]').first().waitFor();
    await page.context().close();
});

test('the list and the whole journal go out', needsOwn, async () => {
    const page = await opened();
    const [table] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('group', { name: /を書き出す$/ }).getByRole('button', { name: 'CSV' }).click(),
    ]);
    assert.match(readFileSync(await table.path(), 'utf8'), /検印/);
    const [whole] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: '記録をすべて書き出す' }).click(),
    ]);
    const lines = readFileSync(await whole.path(), 'utf8').trim().split('\n');
    assert.equal(JSON.parse(lines[0]).number, 1);
    assert.equal(JSON.parse(lines.at(-1)).kind, 'checkpoint');
    await page.context().close();
});

test('details are taken away with a reason; who may not is not offered it', needsOwn, async () => {
    const operator = await opened();
    await operator.getByRole('combobox', { name: '種類' }).selectOption('refusal');
    await operator.locator('[data-kind=checkpoint]').first().waitFor({ state: 'detached' });
    await operator.locator('[data-kind=refusal] a').first().click();
    await operator.locator('.hashes').waitFor();
    assert.equal(await operator.getByLabel('理由').count(), 0);
    const { hash } = new URL(operator.url());
    await operator.context().close();
    // Who operates could make a key of this role: it takes nothing away.
    const key = await openPage(browser, { ...server, key: officer }, { hash });
    await key.locator('.hashes').waitFor();
    assert.equal(await key.getByLabel('理由').count(), 0);
    await key.context().close();
    const page = await openPage(browser, server, {
        hash,
        setUp: (made) =>
            made
                .context()
                .addCookies([{ name: 'musubi_session', value: session, url: server.url }]),
    });
    await page.getByLabel('理由').fill('宛名のまちがい');
    await page.getByRole('button', { name: '墨消しする' }).click();
    await page.getByRole('group', { name: '墨消しする' }).getByRole('button').first().click();
    await page.getByText('理由: 宛名のまちがい').waitFor();
    await page.getByText('この記録は、書かれたときのままです。').waitFor();
    assert.equal(await page.getByRole('button', { name: '墨消しする' }).count(), 0);
    await page.context().close();

    const other = await openPage(browser, { ...server, key: reader }, { hash: '#settings/journal' });
    await other.locator('#settings').waitFor();
    await other.locator('main').getByText(/いまの役割|この役割/).waitFor();
    await other.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1280, 720],
        [360, 740],
    ]) {
        test(`nothing is wrong with it at ${width} × ${height} in ${language}`, async () => {
            const page = await opened({ width, height, language });
            await check(page);
            await shot(page, `journal-${width}-${language}`);
            let wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            await page.locator('[data-entry] a').first().click();
            await page.locator('.hashes').waitFor();
            await check(page);
            await shot(page, `entry-${width}-${language}`);
            wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}

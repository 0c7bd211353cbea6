// 設定 / 権限の決まり: the independent body halts a use, others see it, and it goes on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { post, sessionOf } from './people.mjs';
import { given, serve } from './server.mjs';

const kType = 'https://smartdatamodels.org/dataModel.Environment/FloodMonitoring';
let browser;
let server;
let session;
let reader;

before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (given) return;
    session = await sessionOf(server, { name: 'kikan', grants: [{ role: 'independent-body' }] });
    reader = (await (await post(server, '/musubi/v1/keys', { role: 'reader' })).json()).key;
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const needsOwn = { skip: given ? 'halts a use on the server' : false };

async function opened(signedIn, options = {}) {
    const cookie = { name: 'musubi_session', value: session, url: server.url };
    const page = await openPage(browser, server, {
        hash: '#settings/policies',
        setUp: async (made) => signedIn && made.context().addCookies([cookie]),
        ...options,
    });
    await page.locator('#why').waitFor();
    return page;
}

const stations = async () => {
    const answer = await fetch(`${server.url}/ngsi-ld/v1/entities?type=${kType}&limit=1`, {
        headers: { Authorization: `Bearer ${reader}` },
    });
    return (await answer.json()).length;
};

test('an operator is not offered to halt a use', needsOwn, async () => {
    const page = await opened(false);
    assert.equal(await page.locator('#halts-new').count(), 0);
    await page.context().close();
});

test('the independent body halts a use with a reason, by keyboard', needsOwn, async () => {
    assert.equal(await stations(), 1);
    const page = await opened(true);
    await page.getByRole('button', { name: '止める', exact: true }).waitFor();
    const form = page.locator('section[aria-labelledby=halts-new]');
    await form.getByLabel('データの型').fill(kType);
    await form.getByLabel('動作').selectOption('read');
    await form.getByLabel('理由').fill('集めた目的と違う使い方');
    await form.getByLabel('理由').press('Tab');
    await page.keyboard.press('Enter');
    const line = page.locator('[data-halt]').first();
    await line.waitFor();
    assert.match(
        await line.innerText(),
        /だれでも、FloodMonitoringを見ることができません。[\s\S]*止めている[\s\S]*集めた目的と違う使い方/,
    );
    assert.equal(await stations(), 0);
    await check(page);
    await shot(page, 'halts');
    await page.context().close();
});

test('others read what is halted and why, and can do nothing about it', needsOwn, async () => {
    const page = await opened(false);
    const line = page.locator('[data-halt]').first();
    assert.match(await line.innerText(), /止めている[\s\S]*集めた目的と違う使い方/);
    assert.equal(await line.getByRole('button').count(), 0);
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [320, 640],
        [1280, 720],
    ]) {
        test(`nothing is wrong with it at ${width} × ${height} in ${language}`, needsOwn, async () => {
            const page = await opened(true, { width, height, language });
            const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            await check(page);
            await page.context().close();
        });
    }
}

test('it goes on when the independent body says so', needsOwn, async () => {
    const page = await opened(true);
    const line = page.locator('[data-halt]').first();
    await line.getByLabel('認める理由').fill('使い方が改められた');
    await line.getByRole('button', { name: 'また認める' }).click();
    await page.getByText('また認めました。').first().waitFor();
    assert.match(await line.innerText(), /また認めた[\s\S]*使い方が改められた/);
    assert.equal(await stations(), 1);
    await page.context().close();
});

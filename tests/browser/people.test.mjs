// 設定 / 人と役割: invited, let in, given a role and relieved of it, disabled and enabled.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { told } from './people.mjs';
import { given, serve } from './server.mjs';

let browser;
let server;
let person;
const people = async () => (await fetch(`${server.url}/musubi/v1/people`)).json();

before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (given) return;
    const { code } = await told(server, '/musubi/v1/invitations', {
        displayName: '山田 花子',
        grants: [{ role: 'data-owner', until: '2099-03-31T14:59:59Z' }],
    });
    await told(server, '/musubi/v1/invitations/accept', {
        code,
        name: 'yamada',
        password: '四つの言葉を並べた合言葉',
    });
    person = (await people())[0].id;
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const needsOwn = { skip: given ? 'changes the people of the server' : false };

async function opened(options = {}) {
    const page = await openPage(browser, server, { hash: '#settings/people', ...options });
    await page.locator('[data-person]').first().waitFor();
    return page;
}
async function openedPerson(options = {}) {
    const page = await openPage(browser, server, { hash: `#settings/people/${person}`, ...options });
    await page.locator('[data-grant]').first().waitFor();
    return page;
}

test('somebody is invited: the code stands there once, prints alone, and is taken back', needsOwn, async () => {
    const page = await opened();
    await page.getByLabel('画面に出る名前').fill('鈴木 一郎');
    await page.locator('select').selectOption({ label: '閲覧者' });
    await page.getByLabel('最後の日').fill('2098-03-31');
    await page.getByRole('button', { name: '招待のコードを作る' }).click();
    const sheet = page.locator('.sheet');
    await sheet.waitFor();
    const code = await sheet.locator('code').first().innerText();
    assert.match(await sheet.innerText(), /鈴木 一郎[\s\S]*閲覧者[\s\S]*2098年3月31日 23:59/);
    const link = await sheet.locator('code').nth(1).innerText();
    assert.equal(link, `${server.url}/#invitation=${code}`);
    const look = await told(server, '/musubi/v1/invitations/look', { code });
    assert.equal(look.grants[0].until, '2098-03-31T14:59:59Z');
    // The next one begins anew.
    assert.equal(await page.locator('select').inputValue(), '');
    assert.equal(await page.getByLabel('最後の日').inputValue(), '');
    await check(page);
    await shot(page, 'people-sheet');
    await page.emulateMedia({ media: 'print' });
    assert.ok(await sheet.isVisible());
    assert.equal(await page.locator('#people-list').isVisible(), false);
    await page.emulateMedia({ media: 'screen' });
    await page.reload();
    await page.locator('[data-invitation]').waitFor();
    assert.equal((await page.content()).includes(code), false);
    assert.match(await page.locator('[data-invitation]').innerText(), /鈴木 一郎[\s\S]*閲覧者/);
    await page.getByRole('button', { name: '取り消す' }).click();
    await page.getByRole('group', { name: '取り消す' }).getByRole('button').first().click();
    await page.getByText('招待を取り消しました。').waitFor();
    assert.equal(await page.locator('[data-invitation]').count(), 0);
    await page.context().close();
});

test('a role is given with its end, and taken away', needsOwn, async () => {
    const page = await openedPerson();
    await page.locator('select').selectOption('reader');
    await page.getByLabel('最後の日').fill('2001-01-01');
    await page.getByRole('button', { name: 'この役割を与える' }).click();
    await page.getByRole('alert').getByText('今日かこれからの日').waitFor();
    await page.getByLabel('最後の日').fill('2097-03-31');
    await page.getByLabel('スコープを限るとき').fill('!');
    await page.getByRole('button', { name: 'この役割を与える' }).click();
    const why = page.getByRole('alert').getByText('入れた内容を確かめてください。');
    assert.match(await why.innerText(), /。（スコープは \/town\/ward のように書きます（4\.18））$/);
    await page.getByLabel('スコープを限るとき').fill('');
    await page.getByRole('button', { name: 'この役割を与える' }).click();
    const role = page.locator('[data-grant=reader]');
    await role.waitFor();
    assert.match(await role.innerText(), /閲覧者[\s\S]*2097年3月31日 23:59 まで/);
    await role.getByRole('button', { name: '外す: 閲覧者' }).click();
    await role.getByRole('group').getByRole('button').first().click();
    await page.getByText('役割を外しました。').waitFor();
    assert.equal(await role.count(), 0);
    assert.deepEqual(
        (await people())[0].grants.map((grant) => grant.role),
        ['data-owner'],
    );
    await page.context().close();
});

test('somebody is disabled, enabled, and gets a code for a new password', needsOwn, async () => {
    const page = await openedPerson();
    await page.getByRole('button', { name: '止める' }).click();
    await page.getByRole('group', { name: '止める' }).getByRole('button').first().click();
    await page.getByText('止めました。').waitFor();
    assert.equal((await people())[0].disabled, true);
    await page.getByRole('button', { name: 'また使えるようにする' }).click();
    await page.getByText('また使えるようにしました。').waitFor();
    assert.equal((await people())[0].disabled, false);
    const label = '新しいパスワードのコードを作る';
    await page.getByRole('button', { name: label }).click();
    await page.getByRole('group', { name: label }).getByRole('button').first().click();
    await page.locator('.sheet code').first().waitFor();
    const code = await page.locator('.sheet code').first().innerText();
    assert.equal((await told(server, '/musubi/v1/invitations/look', { code })).name, 'yamada');
    await page.context().close();
});

test('the table goes out', needsOwn, async () => {
    const page = await opened();
    const [download] = await Promise.all([
        page.waitForEvent('download'),
        page
            .getByRole('group', { name: /^人（1人）を書き出す/ })
            .getByRole('button', { name: 'CSV' })
            .click(),
    ]);
    const csv = readFileSync(await download.path(), 'utf8');
    assert.match(csv, /山田 花子,yamada,,有効,データ責任者,.*2099-03-31T23:59:59\+09:00,令和81年3月31日/);
    await page.context().close();
});

test('who may not know of others is offered none of it', needsOwn, async () => {
    const { key } = await told(server, '/musubi/v1/keys', { role: 'reader', label: '掲示板' });
    const page = await openPage(browser, { ...server, key }, { hash: '#settings/people' });
    await page.locator('main').getByText(/いまの役割/).first().waitFor();
    assert.equal(await page.getByText('人と役割').count(), 0);
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1280, 720],
        [360, 740],
        [320, 640],
    ]) {
        test(`nothing is wrong with them at ${width} × ${height} in ${language}`, needsOwn, async () => {
            for (const [name, open] of [
                ['people', opened],
                ['person', openedPerson],
            ]) {
                const page = await open({ width, height, language });
                await check(page);
                await shot(page, `${name}-${width}-${language}`);
                const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
                assert.deepEqual(wide, []);
                assert.deepEqual(page.complaints, []);
                await page.context().close();
            }
        });
    }
}

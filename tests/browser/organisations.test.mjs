// 設定: organisations made, renamed and removed, people moved between them; roles lent and taken back.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { closed, invited, post, told } from './people.mjs';
import { given, serve } from './server.mjs';

const kPassword = '四つの言葉を並べた合言葉';
const kPeople = [
    ['yamada', '山田 花子', { role: 'data-owner', until: '2099-03-31T03:00:00Z' }],
    ['sato', '佐藤 太郎', { role: 'reader' }],
];

let browser;
let server;
const asked = async (path) => (await fetch(server.url + path)).json();
const organisations = () => asked('/musubi/v1/organisations');
const personOf = async (name) => (await asked('/musubi/v1/people')).find((one) => one.name === name);
const named = async (ja) => (await organisations()).find((one) => one.name.ja === ja);

before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (given) return;
    for (const [name, displayName, grant] of kPeople) {
        const { code } = await invited(server, { displayName, grants: [grant] });
        const body = { code, name, password: kPassword };
        await post(server, '/musubi/v1/invitations/accept', body);
    }
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
async function signedIn(name, options = {}) {
    const hash = '#settings/account';
    const page = await openPage(browser, server, { hash, setUp: closed, ...options });
    const inputs = page.getByRole('dialog').locator('input');
    await inputs.nth(0).fill(name);
    await inputs.nth(1).fill(kPassword);
    await page.keyboard.press('Enter');
    await page.locator('#account-lend').waitFor();
    page.complaints.length = 0; // that it was turned away before
    return page;
}
const row = (page, name) => page.locator('[data-organisation]').filter({ hasText: name });
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute('aria-label'));
/** Presses a button that asks once more, and says yes. */
async function confirmed(within, label) {
    await within.getByRole('button', { name: label }).click();
    await within.getByRole('group').getByRole('button').first().click();
}
const adding = (page, name) => page.getByRole('form', { name });

test('an organisation is added, renamed and removed by keyboard alone', needsOwn, async () => {
    const page = await opened();
    const form = adding(page, '組織を加える');
    await form.getByLabel('日本語の名前').focus();
    await page.keyboard.type('下水道課');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Sewers');
    await page.keyboard.press('Enter');
    await row(page, '下水道課').waitFor();
    assert.deepEqual((await named('下水道課')).name, { ja: '下水道課', en: 'Sewers' });
    // The next one begins anew, and people can be invited to this one at once.
    assert.equal(await form.getByLabel('日本語の名前').inputValue(), '');
    assert.match(await page.locator('select').first().innerText(), /下水道課/);

    await row(page, '下水道課').getByRole('button', { name: '名前を変える' }).focus();
    await page.keyboard.press('Enter');
    const renaming = adding(page, 'この名前にする');
    assert.equal(await renaming.getByLabel('英語の名前').inputValue(), 'Sewers');
    await page.keyboard.press('ControlOrMeta+a'); // it stands in the first field
    await page.keyboard.type('上下水道課');
    await page.keyboard.press('Enter');
    await page.getByText('組織の名前を変えました。').waitFor();
    assert.deepEqual((await named('上下水道課')).name, { ja: '上下水道課', en: 'Sewers' });
    assert.equal(await focused(page), '名前を変える: 上下水道課');

    await page.keyboard.press('Tab');
    assert.equal(await focused(page), '消す: 上下水道課');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByText('組織を消しました。').waitFor();
    assert.equal(await named('上下水道課'), undefined);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'organisations-list');
    assert.deepEqual(page.complaints, []);
    await page.context().close();
});

test('no two have one name, and one that people belong to stays until they are moved', needsOwn, async () => {
    const name = { ja: '危機管理課', en: 'Crisis management' };
    const { id } = await told(server, '/musubi/v1/organisations', { name });
    const { id: person } = await personOf('sato');
    const page = await openPage(browser, server, { hash: `#settings/people/${person}` });
    await page.locator('#person-roles').waitFor();
    await page.getByLabel('所属').selectOption({ label: '危機管理課' });
    await page.getByRole('button', { name: '所属を変える' }).click();
    await page.getByText('所属を変えました。').waitFor();
    assert.equal((await personOf('sato')).organisation.id, id);

    await page.getByRole('link', { name: '← 人の一覧' }).click();
    await row(page, '危機管理課').waitFor();
    assert.equal(await row(page, '危機管理課').locator('.figures').innerText(), '1');
    const form = adding(page, '組織を加える');
    await form.getByLabel('日本語の名前').fill('別の課');
    await form.getByLabel('英語の名前').fill('ＣＲＩＳＩＳ management');
    await form.getByRole('button', { name: '組織を加える' }).click();
    await form.getByRole('alert').getByText('同じ名前の組織があります。').waitFor();
    assert.equal(await form.getByLabel('日本語の名前').inputValue(), '別の課');
    await form.getByLabel('日本語の名前').fill(' ');
    await form.getByRole('button', { name: '組織を加える' }).click();
    await form.getByRole('alert').getByText('この名前は使えません。').waitFor();
    assert.equal((await organisations()).length, 1);
    await confirmed(row(page, '危機管理課'), '消す');
    await page.getByRole('alert').getByText('この組織に所属する人がいるので、消せません。').waitFor();
    assert.equal((await organisations()).length, 1);
    await shot(page, 'organisations-refused');

    await page.goto(`${server.url}/#settings/people/${person}`);
    await page.getByLabel('所属').selectOption({ label: 'なし' });
    await page.getByRole('button', { name: '所属を変える' }).click();
    await page.getByText('所属を変えました。').waitFor();
    assert.equal((await personOf('sato')).organisation, null);
    await page.getByRole('link', { name: '← 人の一覧' }).click();
    await confirmed(row(page, '危機管理課'), '消す');
    await page.getByText('組織を消しました。').waitFor();
    assert.deepEqual(await organisations(), []);
    await page.context().close();
});

test('in English as well: added, refused, renamed, removed', needsOwn, async () => {
    const page = await opened({ language: 'en' });
    const form = adding(page, 'Add an organisation');
    for (const _ of ['made', 'refused']) {
        await form.getByLabel('Name in Japanese').fill('防災課');
        await form.getByLabel('Name in English').fill('Disasters');
        await form.getByRole('button', { name: 'Add an organisation' }).click();
        await row(page, 'Disasters').waitFor();
    }
    await form.getByRole('alert').getByText('There is an organisation of this name.').waitFor();
    await row(page, 'Disasters').getByRole('button', { name: 'Rename' }).click();
    const renaming = adding(page, 'Take this name');
    await renaming.getByLabel('Name in English').fill('Disaster prevention');
    await renaming.getByRole('button', { name: 'Take this name' }).click();
    await page.getByText('The organisation was renamed.').waitFor();
    assert.deepEqual((await named('防災課')).name, { ja: '防災課', en: 'Disaster prevention' });
    const [download] = await Promise.all([
        page.waitForEvent('download'),
        page
            .getByRole('group', { name: /Organisations \(1\)/ })
            .getByRole('button', { name: 'CSV' })
            .click(),
    ]);
    assert.match(readFileSync(await download.path(), 'utf8'), /防災課,Disaster prevention,0/);
    await confirmed(row(page, 'Disaster prevention'), 'Remove');
    await page.getByText('The organisation was removed.').waitFor();
    assert.deepEqual(await organisations(), []);
    await page.context().close();
});

test('what a role may not do is not offered', needsOwn, async () => {
    const { id } = await told(server, '/musubi/v1/organisations', { name: { ja: '水道課' } });
    const as = async (body) => {
        const { key } = await told(server, '/musubi/v1/keys', { label: '試し', ...body });
        const page = await openPage(browser, { ...server, key }, { hash: '#settings/people' });
        await page.locator('#people-list').waitFor();
        return page;
    };
    const owner = await as({ role: 'data-owner' });
    assert.match(await row(owner, '水道課').innerText(), /水道課/);
    assert.equal(await row(owner, '水道課').getByRole('button').count(), 0);
    assert.equal(await owner.getByText('組織を加える').count(), 0);
    await owner.context().close();

    // The operator of a tenant adds to it; the rest is for the operator of the installation.
    const entity = { id: 'urn:ngsi-ld:Gauge:1', type: 'Gauge' };
    const headers = { 'Content-Type': 'application/json', 'NGSILD-Tenant': 'north' };
    const body = JSON.stringify(entity);
    await fetch(`${server.url}/ngsi-ld/v1/entities`, { method: 'POST', headers, body });
    const operator = await as({ role: 'operator', tenant: 'north' });
    const form = adding(operator, '組織を加える');
    await form.getByLabel('日本語の名前').fill('北の水道課');
    await form.getByRole('button', { name: '組織を加える' }).click();
    await row(operator, '北の水道課').waitFor();
    assert.equal(await row(operator, '北の水道課').getByRole('button').count(), 0);
    await operator.context().close();
    for (const gone of [id, (await named('北の水道課')).id])
        await fetch(`${server.url}/musubi/v1/organisations/${gone}`, { method: 'DELETE' });
    assert.deepEqual(await organisations(), []);
});

async function fill(page, { role = 1, to, day }) {
    await page.getByLabel('貸す役割').selectOption({ index: role });
    await page.getByLabel('貸す相手のサインインの名前').fill(to);
    await page.getByLabel('最後の日').fill(day);
    await page.getByRole('button', { name: 'この役割を貸す' }).click();
}

test('a role is lent with its end, works, and is taken back', needsOwn, async () => {
    const page = await signedIn('yamada');
    assert.match(await page.getByLabel('貸す役割').innerText(), /データ責任者.*2099年3月31日 12:00 まで/);
    // Who may be meant is offered: data owners know the people of their tenant, not themselves.
    const offered = await page.locator('#account-colleagues option').evaluateAll((all) =>
        all.map((one) => one.value),
    );
    assert.deepEqual(offered, ['sato']);
    const refused = async (what, words) => {
        await fill(page, what);
        await page.getByRole('alert').getByText(words).waitFor();
    };
    await refused({ to: 'nobody', day: '2098-01-01' }, 'その名前でサインインする人は、ここにいません');
    await refused({ to: 'x', day: '2098-01-01' }, 'その名前でサインインする人は、ここにいません');
    await refused({ to: 'yamada', day: '2098-01-01' }, '自分には貸せません');
    await refused({ to: 'sato', day: '2001-01-01' }, '今日かこれからの日');
    await refused({ to: 'sato', day: '2099-04-01' }, '自分の役割の終わりまで');
    assert.equal((await personOf('sato')).grants.length, 1);
    assert.equal(await page.getByLabel('貸す相手のサインインの名前').inputValue(), 'sato');
    await shot(page, 'loans-refused');

    // The last day may be that of one's own role; then it ends with it.
    await page.getByLabel('型を限る').fill('Gauge');
    await fill(page, { to: 'SATO', day: '2099-03-31' });
    await page.getByText('役割を貸しました。').waitFor();
    const lent = page.locator('[data-loan]');
    assert.match(
        await lent.innerText(),
        /佐藤 太郎\s+データ責任者 Gauge\s+2099年3月31日 12:00\s+返してもらう/,
    );
    const [, grant] = (await personOf('sato')).grants;
    assert.deepEqual([grant.role, grant.types, grant.until], ['data-owner', ['Gauge'], '2099-03-31T03:00:00Z']);
    assert.equal(await page.getByLabel('貸す相手のサインインの名前').inputValue(), '');
    assert.equal(await page.getByLabel('型を限る').inputValue(), '');
    await check(page);

    const other = await signedIn('sato');
    assert.match(
        await other.locator('[data-borrowed]').innerText(),
        /データ責任者 Gauge （2099年3月31日 12:00 まで）/,
    );
    assert.match(await other.locator('dl').first().innerText(), /データ責任者.*（借りた役割）/);
    // What is lent is not lent on: only their own role is offered.
    assert.equal(await other.getByLabel('貸す役割').locator('option').count(), 2);
    assert.match(await other.getByLabel('貸す役割').innerText(), /閲覧者/);
    await shot(other, 'loans-borrowed');
    await other.context().close();

    await lent.getByRole('button', { name: '返してもらう: 佐藤 太郎' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByText('役割を返してもらいました。').waitFor();
    assert.equal(await lent.count(), 0);
    assert.equal((await personOf('sato')).grants.length, 1);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'account-lend');
    await page.context().close();
});

test('in English as well: lent by keyboard, refused where it was taken away meanwhile', needsOwn, async () => {
    const page = await signedIn('sato', { language: 'en' });
    await page.getByLabel('Which role').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.type('yamada');
    await page.getByLabel('Last day').focus();
    await page.keyboard.type('12312098');
    await page.keyboard.press('Enter');
    await page.getByText('The role was lent.').waitFor();
    const grants = (await personOf('yamada')).grants;
    assert.deepEqual(
        grants.map(({ role, until }) => [role, until]),
        [
            ['data-owner', '2099-03-31T03:00:00Z'],
            ['reader', '2098-12-31T14:59:59Z'],
        ],
    );
    const { id } = await personOf('yamada');
    await fetch(`${server.url}/musubi/v1/people/${id}/grants/${grants[1].id}`, { method: 'DELETE' });
    await confirmed(page.locator('[data-loan]'), /Take it back/);
    await page.getByRole('alert').getByText('This is not lent any more.').waitFor();
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1280, 720],
        [390, 844],
        [320, 640],
    ]) {
        test(`nothing is wrong with them at ${width} × ${height} in ${language}`, needsOwn, async () => {
            const name = { ja: '危機管理課の避難所と備蓄の係', en: 'Shelters and stocks of crisis management' };
            const { id } = await told(server, '/musubi/v1/organisations', { name });
            const pages = [await opened({ width, height, language })];
            await pages[0].locator('[data-organisation] button').first().click();
            pages.push(await signedIn('yamada', { width, height, language }));
            await pages[1].locator('#account-lend').scrollIntoViewIfNeeded();
            const [loan] = [(await personOf('yamada')).grants[0].id];
            await pages[1].evaluate(
                (grant) =>
                    fetch('/musubi/v1/me/loans', {
                        method: 'POST',
                        headers: { 'Content-Type': 'application/json' },
                        body: JSON.stringify({ to: 'sato', grant, until: '2098-01-01T00:00:00Z' }),
                    }),
                loan,
            );
            await pages[1].reload();
            await pages[1].locator('[data-loan]').waitFor();
            for (const [at, page] of pages.entries()) {
                await check(page);
                await shot(page, `${['organisations', 'loans'][at]}-${width}-${language}`);
                const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
                assert.deepEqual(wide, []);
                assert.deepEqual(page.complaints, []);
            }
            const lent = (await personOf('sato')).grants.filter((one) => one.lentBy);
            await pages[1].evaluate(
                (all) =>
                    Promise.all(
                        all.map((one) => fetch(`/musubi/v1/me/loans/${one}`, { method: 'DELETE' })),
                    ),
                lent.map((one) => one.id),
            );
            await fetch(`${server.url}/musubi/v1/organisations/${id}`, { method: 'DELETE' });
            for (const page of pages) await page.context().close();
        });
    }
}

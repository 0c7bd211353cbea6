// わたしの情報: a citizen comes in by a printed code, sees what is held about her and who looked; nobody else does.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { closed, invited, post, told } from './people.mjs';
import { given, serve } from './server.mjs';

const kPassword = '四つの言葉を並べた合言葉';
const kPolicies = `[policies]
version = "1"

[[personal]]
type = ["CareVisit"]
purpose = ["care"]
person = ["resident"]
ja = "見守りの記録"
en = "records of visits"

[[permission]]
id = "own"
action = ["read"]
type = ["CareVisit"]
role = ["citizen"]
purpose = ["own-data"]
attrs = ["visitedAt"]

[[permission]]
id = "care"
action = ["read"]
type = ["CareVisit"]
role = ["operator", "data-owner", "privacy-officer"]
`;

let browser;
let server;
let officer;
let hanako;
let jiro;

/** Somebody with a role: their cookie and id. */
async function person(name, role, organisation) {
    const { code } = await invited(server, { name, displayName: name, grants: [{ role }], organisation });
    const answer = await post(server, '/musubi/v1/invitations/accept', { code, password: kPassword });
    const cookie = answer.headers.get('Set-Cookie').split(';')[0];
    return { name, cookie, id: (await answer.json()).person.id };
}

/** A request in somebody's name. */
async function as({ cookie }, method, path, body, headers = {}) {
    const answer = await fetch(server.url + path, {
        method,
        headers: { 'Content-Type': 'application/json', Origin: server.url, Cookie: cookie, ...headers },
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer;
}

const kCare = { 'Musubi-Purpose': 'care', 'Musubi-Ground': 'within-purpose' };
const visit = (number, whose) => ({
    id: `urn:ngsi-ld:CareVisit:${number}`,
    type: 'CareVisit',
    resident: { type: 'Relationship', object: `urn:musubi:person:${whose}` },
    visitedAt: '2026-11-25T08:30:00Z',
    note: 'だれにも見せない覚え',
});

before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (given) return;
    const { id: welfare } = await told(server, '/musubi/v1/organisations', {
        name: { ja: '福祉課', en: 'Welfare' },
    });
    const operator = await person('operator', 'operator');
    officer = await person('officer', 'privacy-officer', welfare);
    hanako = await person('hanako', 'citizen');
    jiro = await person('jiro', 'citizen');
    await as(operator, 'POST', '/musubi/v1/policies', { text: kPolicies });
    await as(officer, 'POST', '/musubi/v1/policies/1/sign');
    const visits = [visit(1, hanako.id), visit(2, hanako.id), visit(3, jiro.id)];
    await as(operator, 'POST', '/ngsi-ld/v1/entityOperations/create', visits, kCare);
    await as(officer, 'GET', '/ngsi-ld/v1/entities/urn:ngsi-ld:CareVisit:1', undefined, kCare);
    await as(officer, 'GET', '/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:CareVisit:2', undefined, kCare);
    // What was looked at and is no more.
    await as(operator, 'DELETE', '/ngsi-ld/v1/entities/urn:ngsi-ld:CareVisit:2', undefined, kCare);
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const needsOwn = { skip: given ? 'needs people of its own' : false };

async function signedIn({ name }, options = {}) {
    const page = await openPage(browser, server, { setUp: closed, ...options });
    const inputs = page.getByRole('dialog').locator('input');
    await inputs.nth(0).fill(name);
    await inputs.nth(1).fill(kPassword);
    await page.keyboard.press('Enter');
    return page;
}
const title = (page) => page.getByRole('heading', { level: 1, name: 'わたしの情報' });

test('who comes by a printed code as a citizen lands there, with nothing held yet', needsOwn, async () => {
    const { code } = await invited(server, { displayName: '鈴木 三郎', grants: [{ role: 'citizen' }] });
    const page = await openPage(browser, server, { setUp: closed });
    await page.getByRole('button', { name: '招待のコードで入る' }).click();
    const dialog = page.getByRole('dialog', { name: '招待を受けて入る' });
    await dialog.getByLabel('招待のコード').fill(code);
    await page.keyboard.press('Enter');
    await dialog.getByLabel('サインインの名前').fill('saburo');
    await dialog.getByLabel('パスワード', { exact: true }).fill(kPassword);
    await page.keyboard.press('Enter');
    await title(page).waitFor();
    assert.equal(new URL(page.url()).hash, '#mine');
    await page.getByText('この種類で、あなたについて保管されている情報はありません。').waitFor();
    await page.getByText('あなたの情報を見た記録はありません。').waitFor();
    await check(page);
    await shot(page, 'mine-empty');
    await page.context().close();
});

test('she sees what is held, what of it is shown, and who looked; numbers lead there', needsOwn, async () => {
    const page = await signedIn(hanako);
    await title(page).waitFor();
    const card = page.locator('[data-entity="urn:ngsi-ld:CareVisit:1"]');
    await card.waitFor();
    assert.equal(await page.locator('[data-entity]').count(), 1);
    const text = await card.innerText();
    assert.match(text, /visitedAt\s+2026-11-25T08:30:00Z/);
    assert.match(text, /note\s+保管されていますが、内容はここでは示しません。/);
    assert.doesNotMatch(await page.content(), /だれにも見せない覚え/);
    await page.locator('[data-look]').nth(1).waitFor();
    const looks = await page.locator('[data-look]').allInnerTexts();
    assert.equal(looks.length, 2);
    assert.match(looks[0], /福祉課（個人情報保護責任者）[\s\S]*見守りの記録（2）[\s\S]*これまでの値や集計/);
    assert.match(looks[1], /福祉課（個人情報保護責任者）[\s\S]*見守りの記録（1）[\s\S]*一件を開いた[\s\S]*care[\s\S]*利用目的の範囲内/);
    assert.doesNotMatch(await page.locator('main').innerText(), /officer/);

    await page.getByRole('button', { name: 'ほかの人が見た記録 2 件へ' }).focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'mine-looks');
    await page.getByRole('button', { name: 'だれが見たか: 1' }).click();
    await page.getByText('「1」を見た記録だけを示しています。').waitFor();
    assert.equal(await page.locator('[data-look]').count(), 1);
    await page.getByRole('button', { name: 'すべて示す' }).click();
    await page.getByLabel('自分が見た記録も示す').check();
    await page.locator('[data-look]').getByRole('heading', { name: 'あなた' }).first().waitFor();
    assert.deepEqual(page.complaints.filter((one) => !/401/.test(one)), []);
    await page.context().close();
});

test('both lists go out', needsOwn, async () => {
    const page = await signedIn(hanako);
    await page.locator('[data-look]').first().waitFor();
    for (const [name, expected] of [
        ['何が保管されているか', /見守りの記録,urn:ngsi-ld:CareVisit:1,.*令和.*note,保管されていますが/],
        ['だれが見たか', /福祉課（個人情報保護責任者）,一件を開いた,見守りの記録（1）,care,利用目的の範囲内/],
    ]) {
        const [file] = await Promise.all([
            page.waitForEvent('download'),
            page.getByRole('group', { name: `${name}を書き出す` }).getByRole('button', { name: 'CSV' }).click(),
        ]);
        assert.match(readFileSync(await file.path(), 'utf8'), expected);
    }
    await page.context().close();
});

test('another citizen sees nothing of it', needsOwn, async () => {
    const page = await signedIn(jiro);
    await page.locator('[data-entity="urn:ngsi-ld:CareVisit:3"]').waitFor();
    assert.equal(await page.locator('[data-entity]').count(), 1);
    await page.getByText('あなたの情報を見た記録はありません。').waitFor();
    assert.equal(await page.locator('[data-look]').count(), 0);
    await page.context().close();
});

test('an officer comes to their own from their account; a key is told what it needs', needsOwn, async () => {
    const page = await signedIn(officer, { hash: '#settings/account' });
    await page.getByRole('link', { name: /^わたしの情報/ }).click();
    await title(page).waitFor();
    await page.getByText('この種類で、あなたについて保管されている情報はありません。').waitFor();
    await page.context().close();
    const { key } = await told(server, '/musubi/v1/keys', { role: 'reader', label: '掲示板' });
    const other = await openPage(browser, { ...server, key }, { hash: '#mine' });
    await other.getByText('ここは、人としてサインインすると見られます。').waitFor();
    await check(other);
    await other.context().close();
});

test('the first page fetches nothing of it', async () => {
    const page = await openPage(browser, server);
    await page.locator('tr[data-station]').first().waitFor();
    assert.deepEqual(
        page.requested.filter((url) => /MinePage|\/me\/(held|looks)/.test(url)),
        [],
    );
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1280, 720],
        [1920, 1080],
        [320, 740],
    ]) {
        test(`nothing is wrong with it at ${width} × ${height} in ${language}`, needsOwn, async () => {
            const page = await signedIn(hanako, { width, height, language });
            await page.locator('[data-look]').first().waitFor();
            await page.locator('[data-entity]').first().waitFor();
            await check(page);
            await shot(page, `mine-${width}-${language}`);
            assert.deepEqual(await tooWide(page), []);
            await page.context().close();
        });
    }
}

test('an officer states purpose and ground, which go along until they end it', needsOwn, async () => {
    const page = await signedIn(officer, { hash: '#settings/use' });
    await page.getByRole('heading', { level: 2, name: '利用目的' }).waitFor();
    await check(page);
    await page.getByLabel('目的', { exact: true }).fill('care');
    await page.getByLabel('根拠').selectOption({ label: '統計・学術研究' });
    await page.getByLabel('目的外の利用を決めた人').fill('個人情報審査会');
    await page.getByRole('button', { name: 'この目的で使う' }).click();
    await page.getByText('この窓では、この目的で使います。').waitFor();
    assert.match(await page.locator('[data-stated]').innerText(), /care.*統計・学術研究.*個人情報審査会/);
    const headers = async () => {
        const asked = page.waitForRequest((request) => request.url().includes('/musubi/v1/journal'));
        await page.getByRole('link', { name: '記録', exact: true }).click();
        const request = await asked;
        assert.equal((await request.response()).status(), 200);
        return request.headers();
    };
    await page.reload();
    await page.locator('[data-stated]').waitFor();
    const sent = await headers();
    assert.equal(sent['musubi-purpose'], 'care');
    assert.equal(sent['musubi-ground'], 'statistics');
    assert.equal(sent['musubi-decided-by'], '個人情報審査会');
    await page.getByRole('link', { name: '利用目的' }).click();
    await page.getByRole('button', { name: '終える' }).click();
    await page.locator('[data-stated]').waitFor({ state: 'detached' });
    assert.equal((await headers())['musubi-purpose'], undefined);
    assert.deepEqual(await tooWide(page), []);
    await page.close();
});

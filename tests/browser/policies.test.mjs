// 設定 / 権限の決まり: a text is written, tried, proposed, read in words, withdrawn and proposed again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, settled, shot, tooWide } from './browser.mjs';
import { given, serve } from './server.mjs';

const kType = 'https://smartdatamodels.org/dataModel.Environment/FloodMonitoring';
const textOf = (version, more = '') => `[policies]
version = "${version}"

[[permission]]
id = "levels-coarse"
ja = "水位は粗く見せる"
en = "levels are shown coarser"
action = ["read"]
type = ["${kType}"]
role = ["reader", "auditor"]
hours = "08:30-17:15"
coarsen = { location = "500 m", observedAt = "PT1H" }

[[permission]]
id = "levels-exact"
action = ["read", "modify", "delete"]
type = ["${kType}"]
role = ["operator"]
${more}
[[personal]]
type = ["CareVisit"]
purpose = ["care"]
`;

let browser;
let server;
let reader;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (given) return;
    const made = await post('/musubi/v1/keys', { role: 'reader', label: '掲示板' });
    reader = made.key;
});
after(async () => {
    await browser.close();
    await server?.stop();
});

async function post(path, body, key = null) {
    const headers = { 'Content-Type': 'application/json' };
    if (key) headers.Authorization = `Bearer ${key}`;
    const answer = await fetch(server.url + path, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
    });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer.json();
}

const needsOwn = { skip: given ? 'changes the policies of the server' : false };

async function opened(options) {
    const page = await openPage(browser, server, { hash: '#settings/policies', ...options });
    await page.locator('#settings-page').waitFor();
    await page.locator('#why').waitFor();
    return page;
}

const draft = (page) => page.locator('textarea');

test('it is reached from the bar by keyboard, and the address keeps it', async () => {
    const page = await openPage(browser, server);
    await settled(page);
    await page.getByRole('navigation').getByText('設定').focus();
    await page.keyboard.press('Enter');
    await page.locator('#settings-page').waitFor();
    assert.match(page.url(), /#settings$/);
    assert.match(await page.title(), /設定/);
    await page.reload();
    await page.locator('#settings-page').waitFor();
    assert.match(await page.locator('#settings-page').innerText(), /権限の決まり/);
    await page.context().close();
});

test('the first page fetches nothing of the settings', async () => {
    const page = await openPage(browser, server);
    await settled(page);
    assert.deepEqual(
        page.requested.filter((url) => /Settings/.test(url)),
        [],
    );
    await page.context().close();
});

test('an error names the line and the editor goes there; what is typed stays', needsOwn, async () => {
    const page = await opened();
    const text = textOf('wrong').replace('hours =', 'hour =');
    await draft(page).fill(text);
    await page.getByRole('button', { name: '提案する' }).click();
    await page.getByRole('alert').getByText('11行目を直してください').waitFor();
    const why = await page.getByRole('alert').innerText();
    assert.match(why, /。（この行の項目か値が、[^（]*）$/); // of both languages the reader's alone
    assert.doesNotMatch(why, /there is no key/);
    const chosen = await draft(page).evaluate((area) =>
        area.value.slice(area.selectionStart, area.selectionEnd),
    );
    assert.equal(chosen, 'hour = "08:30-17:15"');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'TEXTAREA');
    await page.reload();
    await page.locator('#why').waitFor();
    assert.equal(await draft(page).inputValue(), text);
    await page.context().close();
});

test('a text is tried on the uses of the month, and the table goes out', needsOwn, async () => {
    const asked = await fetch(`${server.url}/ngsi-ld/v1/entities?type=${kType}`, {
        headers: { Authorization: `Bearer ${reader}` },
    });
    assert.equal(asked.status, 200);
    const page = await opened();
    await draft(page).fill(
        textOf('tried', `\n[[prohibition]]\nid = "none"\naction = ["read"]\nrole = ["reader"]\n`),
    );
    await page.getByRole('button', { name: '試す' }).click();
    const line = page.locator('[data-trial]').first();
    await line.waitFor();
    assert.match(await line.innerText(), /掲示板[\s\S]*見る[\s\S]*失う[\s\S]*すべて[\s\S]*できない/);
    const [download] = await Promise.all([
        page.waitForEvent('download'),
        page
            .getByRole('group', { name: '試した結果を書き出す' })
            .getByRole('button', { name: 'CSV' })
            .click(),
    ]);
    assert.match(readFileSync(await download.path(), 'utf8'), /掲示板,key:\w+,/);
    await check(page);
    await page.context().close();
});

test('a text is proposed and reads as sentences', needsOwn, async () => {
    const page = await opened();
    await draft(page).fill(textOf('2026-04'));
    await page.getByLabel('変える理由').fill('年度の初めの見直し');
    await page.getByRole('button', { name: '提案する' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('[data-policy]').first().waitFor();
    assert.match(page.url(), /#settings\/policies\/1$/);
    const words = await page.locator('[data-policy=levels-coarse]').innerText();
    assert.match(
        words,
        /役割が閲覧者または独立監査人の人や鍵は、FloodMonitoringを見ることができます。/,
    );
    assert.match(words, /一日のうち 08:30-17:15（日本時間）だけ。/);
    assert.match(words, /locationは 500 m の網目/);
    assert.match(words, /すべての時刻は 1時間ごとに粗くして見せます。/);
    assert.match(await page.locator('main').innerText(), /CareVisitは個人情報です。/);
    assert.match(await page.locator('dl').innerText(), /署名待ち[\s\S]*年度の初めの見直し/);
    // Sent is sent: the next text begins empty.
    await page.getByRole('link', { name: '← 版の一覧' }).click();
    await page.locator('[data-version="1"]').waitFor();
    assert.equal(await draft(page).inputValue(), '');
    await page.context().close();
});

test('a key does not sign, and the page says what to do; withdrawn; proposed again', needsOwn, async () => {
    const { number } = await post('/musubi/v1/policies', { text: textOf('to-sign') });
    const page = await openPage(browser, server, { hash: `#settings/policies/${number}` });
    await page.getByRole('button', { name: '署名する' }).click();
    const ask = page.getByRole('group', { name: '署名する' });
    assert.match(await ask.innerText(), /もう一人が署名すると効きます/);
    await ask.getByRole('button', { name: '署名する' }).click();
    await page.getByRole('alert').getByText('署名は人がします').waitFor();

    await page.getByRole('button', { name: '取り下げる' }).click();
    await page.getByRole('group', { name: '取り下げる' }).getByRole('button').first().click();
    await page.locator('dl').getByText('取り下げ', { exact: true }).waitFor();
    assert.equal(await page.getByRole('button', { name: '署名する' }).count(), 0);

    await page.getByRole('button', { name: 'この文に戻す' }).click();
    await page.getByRole('group', { name: /この文に戻す/ }).getByRole('button').first().click();
    await page.getByText(`第${number}版に戻す`).waitFor();
    assert.match(page.url(), new RegExp(`policies/${number + 1}$`));
    await page.context().close();
});

test('why somebody may do something is answered', async () => {
    const page = await opened();
    await page.getByLabel('データの識別子').fill('urn:ngsi-ld:FloodMonitoring:none');
    await page.getByRole('button', { name: '調べる' }).click();
    await page.getByRole('alert').getByText('その識別子のデータはありません').waitFor();
    const entities = await (await fetch(`${server.url}/ngsi-ld/v1/entities?type=${kType}`)).json();
    await page.getByLabel('データの識別子').fill(entities[0].id);
    await page.getByRole('button', { name: '調べる' }).click();
    await page.getByText('見ることができます。').waitFor();
    await page.context().close();
});

test('who may not read the policies is offered none of it', needsOwn, async () => {
    const page = await openPage(browser, { ...server, key: reader }, { hash: '#settings/policies' });
    await page.locator('#settings').waitFor();
    await page.locator('main').getByText(/この役割|いまの役割/).waitFor();
    assert.equal(await page.getByText('権限の決まり').count(), 0);
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1280, 720],
        [360, 740],
        [320, 640],
    ]) {
        test(`nothing is wrong with them at ${width} × ${height} in ${language}`, async () => {
            const page = await opened({ width, height, language });
            await page.locator('[data-version]').first().waitFor();
            await check(page);
            await shot(page, `policies-${width}-${language}`);
            let wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            await page.locator('[data-version] a').first().click();
            await page.locator('[data-policy]').first().waitFor();
            await check(page);
            await shot(page, `policy-${width}-${language}`);
            wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            assert.deepEqual(page.complaints, []);
            await page.context().close();
        });
    }
}

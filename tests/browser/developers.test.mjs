// 開発者: a request tried out, its curl line run, the catalogue opened down to readings, the tutorial.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, settled, tooWide } from './browser.mjs';
import { serve } from './server.mjs';

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

async function opened(options) {
    const page = await openPage(browser, server, { hash: '#developers', ...options });
    await page.locator('#dev-try').waitFor();
    await page.locator('form select').first().waitFor();
    await page.locator('[data-type]').first().waitFor();
    return page;
}

const answer = (page) => page.getByRole('region', { name: '答え' });

test('it is reached and left by keyboard, and the address keeps it', async () => {
    const page = await openPage(browser, server);
    await settled(page);
    await page.getByRole('navigation').getByText('開発者').focus();
    await page.keyboard.press('Enter');
    await page.locator('#dev-try').waitFor();
    assert.match(page.url(), /#developers$/);
    assert.match(await page.title(), /開発者/);
    await page.reload();
    await page.locator('#dev-try').waitFor();
    await page.getByRole('navigation').getByText('今の町').click();
    await settled(page);
    assert.equal(await page.locator('#dev-try').count(), 0);
    await page.context().close();
});

test('a request is made from the document, sent, and the same as its curl line', async () => {
    const page = await opened();
    await page.getByLabel('type', { exact: true }).fill('FloodMonitoring');
    await page.getByText(/^省ける項目/).click();
    await page.getByLabel('limit', { exact: true }).fill('1');
    await page.getByRole('button', { name: '送る', exact: true }).focus();
    await page.keyboard.press('Enter');
    await answer(page).waitFor();
    const shown = JSON.parse(await answer(page).innerText());
    assert.equal(shown[0].type, 'FloodMonitoring');
    const line = await page.getByRole('region', { name: /curl/ }).innerText();
    assert.doesNotMatch(line, /mk_/);
    const env = { ...process.env, KEY: server.key ?? '' };
    const sent = server.key ? line : line.replace(/ *-H "Authorization[^\n]*\n/, '');
    const told = execFileSync('bash', ['-c', sent], { env, encoding: 'utf8' });
    assert.deepEqual(JSON.parse(told), shown);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
});

test('what the server refuses is told as it says it', async () => {
    const page = await opened();
    await page.getByLabel('type', { exact: true }).fill('');
    await page.getByRole('button', { name: '送る', exact: true }).click();
    await answer(page).waitFor();
    assert.match(await page.locator('[role=status]', { hasText: '400' }).innerText(), /受け付け/);
    assert.match(await answer(page).innerText(), /name at least one of type/);
    await page.context().close();
});

test('an entity is made with the example, and is in the catalogue then', async () => {
    const page = await opened();
    await page.locator('form select').first().selectOption('postEntities');
    await page.getByText('この要求は、このサーバーのデータを実際に変えます。').waitFor();
    await page.getByRole('button', { name: '送る', exact: true }).click();
    await page.locator('[role=status]', { hasText: '201' }).waitFor();
    await page.reload();
    const type = page.locator('[data-type]', { hasText: 'Gauge' });
    await type.locator('summary').click();
    assert.match(await type.locator('tr', { hasText: 'level' }).innerText(), /1\.62\sm/);
    await page.context().close();
});

test('each number of a sample opens to its readings', async () => {
    const page = await opened();
    const type = page.locator('[data-type=FloodMonitoring]');
    await type.locator('summary').focus();
    await page.keyboard.press('Enter');
    for (const name of ['currentLevel', 'alertLevel']) {
        const number = type.locator('tr', { hasText: name }).locator('td.value button');
        const value = parseFloat(await number.innerText());
        await number.click();
        const marked = page.getByRole('dialog').locator('tr.marked');
        await marked.waitFor();
        assert.ok((await marked.innerText()).includes(String(value)), name);
        await page.keyboard.press('Escape');
    }
    await type.getByRole('button', { name: /見る.*currentLevel/ }).click();
    await answer(page).waitFor();
    assert.ok(JSON.parse(await answer(page).innerText()).currentLevel.length > 5);
    await page.context().close();
});

test('the contexts are listed, and one opens', async () => {
    const page = await opened();
    await page.getByRole('button', { name: /river-v1\.jsonld$/ }).click();
    await answer(page).waitFor();
    assert.match(await answer(page).innerText(), /"localId"/);
    await page.context().close();
});

test('the tutorial stands there with the address of this server', async () => {
    const page = await opened({ language: 'en' });
    const section = page.getByRole('region', { name: /^Tutorial/ });
    assert.match(await section.innerText(), /7\. Subscribe/);
    const text = await section.innerText();
    assert.ok(text.includes(`${server.url}/ngsi-ld/v1/subscriptions`));
    assert.ok(!text.includes('127.0.0.1:8080'));
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1280, 720],
        [390, 844],
        [320, 640],
    ]) {
        test(`nothing is wrong with it at ${width} × ${height} in ${language}`, async () => {
            const page = await opened({ width, height, language });
            await page.locator('[data-type] summary').first().click();
            await page.locator('[data-type] table').first().waitFor();
            await page.locator('main form button.main').click();
            await page.locator('h3 + p strong').first().waitFor();
            await check(page);
            const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            await page.context().close();
        });
    }
}

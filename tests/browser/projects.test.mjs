// 事業: what is measured; each value opens to its parts, and those to the readings.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, tooWide } from './browser.mjs';
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

async function opened(options) {
    const page = await openPage(browser, server, { hash: '#projects/measures', ...options });
    await page.locator('[data-measure="highest-level"] button.number').first().waitFor();
    return page;
}

test('it is reached from the bar and says in words what is measured', async () => {
    const page = await openPage(browser, server);
    await page.getByRole('navigation').getByText('事業').click();
    await page.getByRole('link', { name: '指標', exact: true }).click();
    const measure = page.locator('[data-measure="highest-level"]');
    await measure.locator('button.number').first().waitFor();
    assert.match(page.url(), /#projects\/measures$/);
    assert.match(await page.title(), /事業/);
    assert.match(await measure.innerText(), /最高水位[\s\S]*日ごとの値/);
    await page.context().close();
});

test(
    'a value opens to its parts and to the readings behind it',
    { skip: given ? 'needs a feed with known readings' : false },
    async () => {
        const page = await opened();
        // Station 1 rises to 0.25 m above はん濫危険水位.
        const measure = page.locator('[data-measure="highest-level"]');
        await measure.locator('button.number').getByText('6.25 m', { exact: true }).first().click();
        const behind = page.getByRole('dialog', { name: /最高水位/ });
        assert.match(await behind.innerText(), /6\.25 m[\s\S]*highest/);
        assert.match(await behind.locator('code').last().innerText(), /^[0-9a-f]{64}$/);
        await behind.getByRole('button', { name: '試験橋1', exact: true }).click();
        const readings = page.getByRole('dialog').filter({ hasText: '試験橋1' });
        await readings.getByRole('cell', { name: '6.25' }).first().waitFor();
        await page.context().close();
    },
);

test('it can be used without a mouse, by who can not see, and on a telephone', async () => {
    for (const language of ['ja', 'en']) {
        const page = await opened({ language });
        await check(page);
        const value = page.locator('[data-measure="highest-level"] button.number').first();
        await value.focus();
        await page.keyboard.press('Enter');
        await page.getByRole('dialog').waitFor();
        await check(page);
        await page.keyboard.press('Escape');
        assert.equal(await page.getByRole('dialog').count(), 0);
        await page.context().close();
    }
    const page = await opened({ width: 320, height: 640 });
    assert.deepEqual((await tooWide(page)).filter((found) => found.startsWith('page')), []);
    await page.context().close();
});

test('what is entered by hand is measured, and it is said', async () => {
    const page = await opened();
    const measure = page.locator('[data-measure="patrol-hours"]');
    await measure.locator('summary').click();
    await check(page);
    await measure.getByLabel('値 (時間)').fill('12.5');
    await measure.getByLabel(/^名前/).fill('建設課 佐藤');
    await measure.getByRole('button', { name: '値を手で入力する（見回りの時間）' }).click();
    await measure.getByText('手入力', { exact: true }).waitFor();
    assert.match(await measure.innerText(), /12\.5 時間\s*手入力/);
    // The same day again has to say that it corrects.
    await measure.getByLabel('値 (時間)').fill('13');
    await measure.getByRole('button', { name: '値を手で入力する（見回りの時間）' }).click();
    await measure.getByRole('status').filter({ hasText: 'もう値がある' }).waitFor();
    await measure.getByLabel('その日の値を訂正する').check();
    await measure.getByRole('button', { name: '値を手で入力する（見回りの時間）' }).click();
    await measure.getByText('13.0 時間', { exact: true }).waitFor();
    await page.context().close();
});

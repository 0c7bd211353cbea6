// お知らせ: taken over, dealt with, and not lost on a bad line.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage, settled } from './browser.mjs';
import { serve } from './server.mjs';

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 6 });
});
after(async () => {
    await browser.close();
    await server?.stop();
});

/** An open alert that nobody has, with its desk open. */
async function desk(options) {
    const page = await openPage(browser, server, options);
    await settled(page);
    const id = await page
        .locator('[data-alert][data-status=open]')
        .first()
        .getAttribute('data-alert');
    const alert = page.locator(`[data-alert="${id}"]`);
    await alert.getByRole('button', { name: /^引き受ける:/ }).click();
    return { page, alert };
}

test('an alert is taken over, and what was done is written down', async () => {
    const { page, alert } = await desk();
    await alert.getByLabel('名前（課と名前）').fill('総務課 山田');
    await alert.getByLabel('ひとこと（なくてもよい）').fill('現地へ向かう');
    await alert.locator('form button').click();
    await alert.getByText('引き受けました。').waitFor();
    assert.equal(await alert.getAttribute('data-status'), 'taken');
    assert.match(await alert.innerText(), /担当: 総務課 山田/);

    await alert.getByLabel('行ったこと').fill('消防団に現地確認を依頼');
    await alert.locator('form button').click();
    await alert.getByText('記録しました。').waitFor();
    assert.match(
        await alert.locator('.history').innerText(),
        /総務課 山田: 消防団に現地確認を依頼/,
    );

    // Somebody else, on another machine, sees it without doing anything.
    const id = await alert.getAttribute('data-alert');
    const other = await openPage(browser, server);
    await settled(other);
    assert.match(
        await other.locator(`[data-alert="${id}"]`).innerText(),
        /担当: 総務課 山田[\s\S]*消防団に現地確認を依頼/,
    );
    await page.context().close();
    await other.context().close();
});

test('what one does, others see at once', async () => {
    const other = await openPage(browser, server);
    await settled(other);
    const { page, alert } = await desk();
    const id = await alert.getAttribute('data-alert');
    await alert.getByLabel('名前（課と名前）').fill('土木課 佐藤');
    await alert.locator('form button').click();
    await other.locator(`[data-alert="${id}"][data-status=taken]`).waitFor();
    assert.match(await other.locator(`[data-alert="${id}"]`).innerText(), /土木課 佐藤/);
    await page.context().close();
    await other.context().close();
});

test('whoever comes second is told who was first', async () => {
    const { page: first, alert: mine } = await desk();
    const { page: second, alert: theirs } = await desk();
    // The second page hears nothing of the first, as on a line that is down for a moment.
    await theirs.getByLabel('名前（課と名前）').fill('総務課 乙');
    const id = await mine.getAttribute('data-alert');
    assert.equal(await theirs.getAttribute('data-alert'), id);
    await second.route('**/take', async (route) => {
        await mine.getByLabel('名前（課と名前）').fill('総務課 甲');
        await mine.locator('form button').click();
        await mine.getByText('引き受けました。').waitFor();
        await route.continue();
    });
    await theirs.locator('form button').click();
    await theirs.getByText(/ほかの人が先に操作しました/).waitFor();
    assert.match(await theirs.innerText(), /総務課 甲/);
    await first.context().close();
    await second.context().close();
});

test('on a bad line nothing that was typed is lost', async () => {
    const { page, alert } = await desk({ width: 360, height: 740 });
    await page.route('**/take', (route) => route.abort());
    await alert.getByLabel('名前（課と名前）').fill('総務課 山田');
    await alert.getByLabel('ひとこと（なくてもよい）').fill('雨で電波が弱い');
    await alert.locator('form button').click();
    await alert.getByText(/送れませんでした/).waitFor();
    assert.equal(await alert.getByLabel('ひとこと（なくてもよい）').inputValue(), '雨で電波が弱い');

    await page.unroute('**/take');
    await page.reload();
    await settled(page);
    const again = page.locator(`[data-alert="${await alert.getAttribute('data-alert')}"]`);
    await again.getByRole('button', { name: /^引き受ける:/ }).click();
    assert.equal(await again.getByLabel('名前（課と名前）').inputValue(), '総務課 山田');
    assert.equal(await again.getByLabel('ひとこと（なくてもよい）').inputValue(), '雨で電波が弱い');
    await again.locator('form button').click();
    await again.getByText('引き受けました。').waitFor();
    await page.context().close();
});

test('buttons are large enough for a wet finger', async () => {
    const { page, alert } = await desk({ width: 360, height: 740 });
    for (const button of [alert.locator('> button'), alert.locator('form button')]) {
        assert.ok((await button.boundingBox()).height >= 44);
    }
    await page.context().close();
});

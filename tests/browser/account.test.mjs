// サインイン and 設定 / 自分の設定: a person signs in, sees and ends sign-ins, gets codes, changes the password.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { closed, invited, post } from './people.mjs';
import { given, serve } from './server.mjs';

const kPassword = '四つの言葉を並べた合言葉';
const kName = 'yamada';

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    if (given) return;
    const invitation = await invited(server, { grants: [{ role: 'data-owner' }] });
    await post(server, '/musubi/v1/invitations/accept', {
        code: invitation.code,
        name: kName,
        password: kPassword,
    });
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const needsOwn = { skip: given ? 'needs a person of its own' : false };

async function signedIn(options = {}) {
    const page = await openPage(browser, server, {
        hash: '#settings/account',
        setUp: closed,
        ...options,
    });
    const inputs = page.getByRole('dialog').locator('input');
    await inputs.nth(0).fill(kName);
    await inputs.nth(1).fill(kPassword);
    await page.keyboard.press('Enter');
    await page.locator('[data-session=current]').waitFor();
    return page;
}

test('a wrong password is told, and the right one opens the page', needsOwn, async () => {
    const page = await openPage(browser, server, { hash: '#settings/account', setUp: closed });
    const dialog = page.getByRole('dialog', { name: 'サインイン' });
    await dialog.getByLabel('サインインの名前').fill(kName);
    await dialog.getByLabel('パスワード').fill('wrong wrong wrong');
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').getByText('名前かパスワードが違うか').waitFor();
    await check(page);
    await shot(page, 'sign-in');
    await dialog.getByLabel('パスワード').fill(kPassword);
    await page.keyboard.press('Enter');
    await page.locator('[data-session=current]').waitFor();
    assert.match(await page.locator('dl').first().innerText(), /山田 花子[\s\S]*データ責任者/);
    await page.getByRole('button', { name: 'サインアウトする' }).click();
    await page.getByRole('dialog', { name: 'サインイン' }).waitFor();
    assert.deepEqual(await page.context().cookies(), []);
    await page.context().close();
});

test('codes are shown once, and one of them opens the account', needsOwn, async () => {
    const page = await signedIn();
    await page.getByRole('button', { name: '新しい予備コードを作る' }).click();
    await page.getByRole('group', { name: '新しい予備コードを作る' }).getByRole('button').first().click();
    await page.locator('.codes code').first().waitFor();
    const codes = await page.locator('.codes code').allInnerTexts();
    assert.equal(codes.length, 10);
    await page.reload();
    await page.locator('[data-session=current]').waitFor();
    assert.equal(await page.locator('.codes').count(), 0);
    assert.match(await page.locator('main').innerText(), /残り 10 個/);
    await page.context().close();

    const other = await openPage(browser, server, { hash: '#settings/account', setUp: closed });
    await other.getByRole('button', { name: '予備コードで入る' }).click();
    await other.getByLabel('サインインの名前').fill(kName);
    await other.getByLabel('予備コード').fill(codes[0].toLowerCase());
    await other.keyboard.press('Enter');
    await other.locator('[data-session=current]').waitFor();
    assert.match(await other.locator('[data-session=current]').innerText(), /予備コード/);
    assert.equal(await other.getByLabel('いまのパスワード').count(), 0);
    await other.context().close();
});

test('all other sign-ins are ended', needsOwn, async () => {
    const [first, second] = [await signedIn(), await signedIn()];
    await second.getByRole('button', { name: 'ほかのすべてを終わらせる' }).click();
    await second.getByRole('group', { name: 'ほかのすべてを終わらせる' }).getByRole('button').first().click();
    await second.getByText('終わらせました。').waitFor();
    assert.equal(await second.locator('[data-session]').count(), 1);
    const status = await first.evaluate(() => fetch('/musubi/v1/me').then((one) => one.status));
    assert.notEqual(status, 200);
    await first.context().close();
    await second.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1280, 720],
        [360, 740],
    ]) {
        test(`nothing is wrong with it at ${width} × ${height} in ${language}`, needsOwn, async () => {
            const page = await signedIn({ width, height, language });
            await check(page);
            await shot(page, `account-${width}-${language}`);
            const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            await page.context().close();
        });
    }
}

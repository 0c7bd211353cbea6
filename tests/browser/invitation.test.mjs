// Coming in by an invitation: the link, the code from paper, and what is told when it does not go.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, settled, shot, tooWide } from './browser.mjs';
import { closed, invited } from './people.mjs';
import { given, serve } from './server.mjs';

const kPassword = '四つの言葉を並べた合言葉';

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

const needsOwn = { skip: given ? 'needs people of its own' : false };

const open = (options = {}) => openPage(browser, server, { setUp: closed, ...options });
const title = (page) => page.getByRole('dialog', { name: '招待を受けて入る' });

test('the link opens an account; its code leaves the address at once', needsOwn, async () => {
    const { link } = await invited(server);
    const page = await open({ hash: link.slice(link.indexOf('#')) });
    const dialog = title(page);
    await dialog.getByLabel('サインインの名前').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    assert.match(await dialog.innerText(), /閲覧者/);
    assert.equal(await dialog.getByLabel('画面に出る名前').inputValue(), '山田 花子');

    await dialog.getByLabel('サインインの名前').fill('hanako');
    await dialog.getByLabel('パスワード', { exact: true }).fill('short');
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').getByText('このパスワードは使えません').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'invitation-password');
    await dialog.getByLabel('パスワード', { exact: true }).fill('aaaaaaaaaaaaaaaa');
    await page.keyboard.press('Enter');
    await dialog.locator('#invitation-password-fault').waitFor();
    await check(page);

    await dialog.getByLabel('パスワード', { exact: true }).fill(kPassword);
    await dialog.getByLabel('パスワードを見せる').check();
    assert.equal(await dialog.locator('#invitation-password').getAttribute('type'), 'text');
    await dialog.getByRole('button', { name: '入る', exact: true }).click();
    await settled(page);
    const me = await page.evaluate(() => fetch('/musubi/v1/me').then((one) => one.json()));
    assert.equal(me.displayName, '山田 花子');
    assert.equal(await page.getByRole('dialog').count(), 0);
    await page.context().close();

    // Once: who has the link after that is told what to do.
    const other = await open({ hash: link.slice(link.indexOf('#')) });
    await title(other).getByRole('alert').getByText('招いた人に新しいコードを').waitFor();
    assert.equal(new URL(other.url()).hash, '');
    await other.context().close();
});

test('a code from paper is typed, by keyboard alone; a name in use is told', needsOwn, async () => {
    const first = await invited(server);
    await fetch(`${server.url}/musubi/v1/invitations/accept`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: server.url },
        body: JSON.stringify({ code: first.code, name: 'taro', password: kPassword }),
    });
    const { code } = await invited(server);
    const page = await open();
    await page.getByRole('button', { name: '招待のコードで入る' }).focus();
    await page.keyboard.press('Enter');
    await title(page).getByLabel('招待のコード').fill('AAAA-AAAA');
    await page.keyboard.press('Enter');
    await title(page).getByRole('alert').getByText('このコードでは入れません').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'invitation-code');
    await check(page);
    await title(page).getByLabel('招待のコード').fill(code.toLowerCase().replaceAll('-', ''));
    await page.keyboard.press('Enter');
    await title(page).getByLabel('サインインの名前').fill('taro');
    await title(page).getByLabel('パスワード', { exact: true }).fill(kPassword);
    await page.keyboard.press('Enter');
    await title(page).getByRole('alert').getByText('もう使われています').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'invitation-name');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'サインイン' }).waitFor();
    await page.context().close();
});

test('where the name is given none is asked, and who is in adds the role', needsOwn, async () => {
    const { link } = await invited(server, { name: 'jiro' });
    const page = await open({ hash: link.slice(link.indexOf('#')) });
    await title(page).getByText('jiro').waitFor();
    assert.equal(await title(page).getByLabel('サインインの名前').count(), 0);
    await title(page).getByLabel('パスワード', { exact: true }).fill(kPassword);
    await page.keyboard.press('Enter');
    await settled(page);
    const more = await invited(server, { grants: [{ role: 'reviewer' }] });
    await page.evaluate((hash) => (location.hash = hash), more.link.slice(more.link.indexOf('#')));
    await title(page).getByRole('button', { name: 'この役割を、いまの自分に加える' }).click();
    await title(page).waitFor({ state: 'detached' });
    await settled(page);
    const me = await page.evaluate(() => fetch('/musubi/v1/me').then((one) => one.json()));
    assert.deepEqual(me.grants.map((grant) => grant.role).sort(), ['reader', 'reviewer']);
    await page.context().close();
});

test('the first page fetches nothing of it', async () => {
    const page = await openPage(browser, server);
    await settled(page);
    assert.deepEqual(
        page.requested.filter((url) => /Invitation/.test(url)),
        [],
    );
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1280, 720],
        [360, 740],
        [320, 640],
    ]) {
        test(`nothing is wrong with it at ${width} × ${height} in ${language}`, needsOwn, async () => {
            const { link } = await invited(server);
            const page = await open({ width, height, language, hash: link.slice(link.indexOf('#')) });
            await page.locator('#invitation-password').waitFor();
            await check(page);
            await shot(page, `invitation-${width}-${language}`);
            assert.deepEqual(await tooWide(page), []);
            const inside = await page
                .getByRole('dialog')
                .evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth);
            assert.ok(inside);
            await page.context().close();
        });
    }
}

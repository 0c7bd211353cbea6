// Signing in at a provider of OpenID Connect, as a person does: the provider is `oidc-provider` (npm).
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import Provider from 'oidc-provider';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { closed, post, told } from './people.mjs';
import { given, serve } from './server.mjs';

const kPassword = '四つの言葉を並べた合言葉';
const kSecret = 'a-secret-of-32-signs-or-more-0123';
const needsOwn = { skip: given ? 'needs a server of its own' : false };

let browser;
let server;
let http;
let folder;
before(async () => {
    if (given) return;
    browser = await launch();
    folder = mkdtempSync(join(tmpdir(), 'musubi-openid-'));
    writeFileSync(join(folder, 'secret'), kSecret, { mode: 0o600 });
    http = createServer();
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const issuer = `http://127.0.0.1:${http.address().port}`;
    server = await serve({
        wrong: 1,
        configure: (url) => `
public_url = "${url}"
[[openid]]
id = "town"
name_ja = "町の認証基盤"
name_en = "The town's accounts"
issuer = "${issuer}"
client_id = "musubi"
client_secret_file = "${join(folder, 'secret')}"
`,
    });
    const provider = new Provider(issuer, {
        clients: [
            {
                client_id: 'musubi',
                client_secret: kSecret,
                redirect_uris: [`${server.url}/musubi/v1/openid/town/callback`],
                post_logout_redirect_uris: [`${server.url}/`],
            },
        ],
        pkce: { required: () => true, methods: ['S256'] },
        findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
        cookies: { keys: ['of the test'] },
    });
    http.on('request', provider.callback());
    const invitation = await invite({ displayName: '山田 花子', grants: [{ role: 'data-owner' }] });
    await post(server, '/musubi/v1/invitations/accept', {
        code: invitation.code,
        name: 'yamada',
        password: kPassword,
    });
});
after(async () => {
    await browser?.close();
    await server?.stop();
    http?.closeAllConnections();
    http?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
});

const invite = async (body) => told(server, '/musubi/v1/invitations', body);

const open = (options = {}) =>
    openPage(browser, server, { hash: '#settings/account', setUp: closed, ...options });

/** The pages of the provider: who one is, then that it may be told. */
async function atProvider(page, account) {
    await page.locator('input[name=login]').fill(account);
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
    await page.locator('button[type=submit]').getByText('Continue').click();
}
async function byPassword(page) {
    const inputs = page.getByRole('dialog').locator('input');
    await inputs.nth(0).fill('yamada');
    await inputs.nth(1).fill(kPassword);
    await page.keyboard.press('Enter');
    await page.locator('[data-session=current]').waitFor();
}

test('an account that nobody linked is refused, with words', needsOwn, async () => {
    for (const [language, words] of [
        ['ja', 'どの人ともつながっていないか'],
        ['en', 'linked to nobody here'],
    ]) {
        const page = await open({ language });
        await page.getByRole('dialog').locator('[data-provider=town]').click();
        await atProvider(page, 'a-stranger');
        await page.getByRole('dialog').getByText(words).waitFor();
        assert.equal(new URL(page.url()).hash, '');
        await check(page);
        await shot(page, `openid-unknown-${language}`);
        await page.getByRole('dialog').getByRole('button').click();
        await page.getByRole('dialog').locator('[data-provider=town]').waitFor();
        await page.context().close();
    }
});

test('who cancels at the provider is told so', needsOwn, async () => {
    const page = await open();
    await page.getByRole('dialog').locator('[data-provider=town]').click();
    await page.getByText('Cancel').click();
    await page.getByRole('dialog').getByText('取り止められました').waitFor();
    await page.context().close();
});

test('an account is linked, opens the page, and is unlinked', needsOwn, async () => {
    const page = await open();
    await byPassword(page);
    await page.getByRole('button', { name: '町の認証基盤をつなぐ' }).click();
    await atProvider(page, 'hanako-at-town');
    await page.locator('[data-linked=town]').waitFor();
    await check(page);
    await shot(page, 'openid-linked');
    await page.context().close();

    const other = await open();
    await other.getByRole('dialog').locator('[data-provider=town]').click();
    await atProvider(other, 'hanako-at-town');
    await other.locator('[data-session=current]').waitFor();
    assert.match(await other.locator('[data-session=current]').innerText(), /外のアカウント/);
    assert.match(await other.locator('dl').first().innerText(), /山田 花子/);
    assert.equal(new URL(other.url()).hash, '#settings/account');
    // Those of the provider come along: a cookie belongs to a host, whatever the port.
    const cookies = (await other.context().cookies(server.url)).filter((one) =>
        one.name.startsWith('musubi'),
    );
    assert.deepEqual(
        cookies.map((one) => [one.name, one.sameSite, one.httpOnly]),
        [['musubi_session', 'Strict', true]],
    );
    await other.getByRole('button', { name: /切り離す/ }).click();
    await other.getByRole('group', { name: '切り離す' }).getByRole('button').first().click();
    await other.getByText('切り離しました。').waitFor();
    assert.equal(await other.locator('[data-linked]').count(), 0);
    await other.getByRole('button', { name: 'サインアウトする' }).click();
    const there = other.getByRole('link', { name: '提供者からもサインアウトする' });
    assert.match(await there.getAttribute('href'), /\/session\/end\?client_id=musubi/);
    await check(other);
    await other.context().close();
});

test('an invitation is accepted without a password', needsOwn, async () => {
    const invitation = await invite({ displayName: '鈴木 一郎', grants: [{ role: 'reader' }] });
    const page = await openPage(browser, server, { hash: `#invitation=${invitation.code}` });
    await page.locator('#invitation-name').fill('suzuki');
    await check(page);
    await page.getByRole('dialog').locator('[data-provider=town]').click();
    await atProvider(page, 'ichiro-at-town');
    await page.waitForURL(`${server.url}/`);
    const me = await page.evaluate(() => fetch('/musubi/v1/me').then((one) => one.json()));
    assert.equal(me.name, 'suzuki');
    assert.equal(me.displayName, '鈴木 一郎');
    assert.equal(me.hasPassword, false);
    assert.equal(me.grants[0].role, 'reader');
    await page.context().close();
});

for (const [width, height] of [
    [1280, 720],
    [360, 740],
]) {
    test(`nothing is too wide at ${width} × ${height}`, needsOwn, async () => {
        const page = await open({ width, height });
        await page.getByRole('dialog').locator('[data-provider=town]').waitFor();
        await check(page);
        await shot(page, `openid-sign-in-${width}`);
        await byPassword(page);
        const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
        assert.deepEqual(wide, []);
        await page.context().close();
    });
}

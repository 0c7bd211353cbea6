// Passkeys in a real browser, with a virtual authenticator: from the invitation to the removal of a lost one.
// What the browser sends is judged by judge.mjs as well.
import { verifyAuthenticationResponse, verifyRegistrationResponse } from './judge.mjs';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { check } from './axe.mjs';
import { launch, openPage, settled, shot, tooWide } from './browser.mjs';
import { closed, invited } from './people.mjs';
import { given, serve } from './server.mjs';

let browser;
let server;
/** The same server by a name: an address has no passkeys. */
let named;
before(async () => {
    browser = await launch();
    server = await serve({ wrong: 1 });
    named = { ...server, url: server.url.replace('127.0.0.1', 'localhost') };
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const needsOwn = { skip: given ? 'needs people of its own' : false };

/** Of the device: its authenticator, which the browser asks in the place of a real one. */
async function authenticator(page) {
    const device = await page.context().newCDPSession(page);
    await device.send('WebAuthn.enable');
    const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
        options: {
            protocol: 'ctap2',
            ctap2Version: 'ctap2_1',
            transport: 'internal',
            hasResidentKey: true,
            hasUserVerification: true,
            isUserVerified: true,
            automaticPresenceSimulation: true,
        },
    });
    const credentials = async () =>
        (await device.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
    const lose = async () => {
        await device.send('WebAuthn.clearCredentials', { authenticatorId });
    };
    return { credentials, lose };
}

/** What the page and the server said to each other of passkeys. */
function listen(page) {
    const heard = { options: null, sent: null };
    page.on('response', async (answer) => {
        if (answer.url().endsWith('/options')) heard.options = await answer.json().catch(() => null);
    });
    page.on('request', (request) => {
        const body = request.method() === 'POST' && request.postData();
        if (body && body.includes('"passkey"')) heard.sent = JSON.parse(body).passkey;
    });
    return heard;
}
const judge = (heard) => ({
    response: { clientExtensionResults: {}, ...heard.sent },
    expectedChallenge: heard.options.challenge,
    expectedOrigin: named.url,
    expectedRPID: 'localhost',
});

const open = (options = {}) => openPage(browser, named, { setUp: closed, ...options });
const me = (page) => page.evaluate(() => fetch('/musubi/v1/me').then((one) => one.json()));
const rows = (page) => page.locator('[data-passkey]');

async function comeIn(page, name) {
    const dialog = page.getByRole('dialog', { name: '招待を受けて入る' });
    await dialog.getByLabel('サインインの名前').fill(name);
    await dialog.getByRole('button', { name: 'パスキーを作って入る' }).click();
    await settled(page);
}
async function toAccount(page) {
    await page.evaluate(() => (location.hash = '#settings/account'));
    await page.locator('[data-session=current]').waitFor();
}
async function signOut(page) {
    await page.getByRole('button', { name: 'サインアウトする' }).click();
    const dialog = page.getByRole('dialog', { name: 'サインイン' });
    await dialog.waitFor();
    return dialog;
}

test('invitation, sign-out, sign-in, recovery code, new passkey, the old one removed', needsOwn, async () => {
    const { link } = await invited(server);
    const page = await open({ hash: link.slice(link.indexOf('#')) });
    const device = await authenticator(page);
    const heard = listen(page);
    await comeIn(page, 'hanako');
    const registered = await verifyRegistrationResponse(judge(heard));
    assert.equal(registered.verified, true, 'the judge agrees');
    assert.equal((await device.credentials()).length, 1);
    assert.equal((await me(page)).hasPassword, false);

    await toAccount(page);
    await rows(page).first().waitFor();
    assert.equal(await rows(page).count(), 1);
    await page.getByRole('button', { name: '新しい予備コードを作る' }).click();
    const asking = page.getByRole('group', { name: '新しい予備コードを作る' });
    await asking.getByRole('button').first().click();
    await page.locator('.codes code').first().waitFor();
    const [code] = await page.locator('.codes code').allInnerTexts();
    await shot(page, 'passkeys');
    await check(page);

    // The last way in stays.
    await rows(page).getByRole('button', { name: /^外す/ }).click();
    await page.getByRole('group', { name: '外す' }).getByRole('button').first().click();
    await page.getByRole('alert').getByText('最後の一つ').waitFor();

    let dialog = await signOut(page);
    await check(page);
    await shot(page, 'passkey-sign-in');
    // By keyboard alone: the button is the first thing one stands on.
    await dialog.getByRole('button', { name: 'パスキーでサインインする' }).waitFor();
    assert.match(await page.evaluate(() => document.activeElement.textContent), /パスキー/);
    await page.keyboard.press('Enter');
    await page.locator('[data-session=current]').waitFor();
    const { registrationInfo: info } = registered;
    const asserted = await verifyAuthenticationResponse({
        ...judge(heard),
        authenticator: {
            credentialID: info.credentialID,
            credentialPublicKey: info.credentialPublicKey,
            counter: info.counter,
        },
    });
    assert.equal(asserted.verified, true, 'the judge agrees');
    assert.match(await page.locator('[data-session=current]').innerText(), /パスキー/);
    await page.waitForFunction(() => document.querySelectorAll('[data-passkey]').length === 1);

    // The device is lost: a recovery code, another passkey, and the old one goes.
    dialog = await signOut(page);
    await device.lose();
    await dialog.getByRole('button', { name: '予備コードで入る' }).click();
    await dialog.getByLabel('サインインの名前').fill('hanako');
    await dialog.getByLabel('予備コード').fill(code);
    await page.keyboard.press('Enter');
    await page.locator('[data-session=current]').waitFor();
    await page.getByLabel('この端末の名前').fill('新しい携帯');
    // The device has none left, and is not told to leave out the lost one's.
    await page.getByRole('button', { name: 'パスキーを加える' }).click();
    await page.getByRole('status').getByText('加えました').waitFor();
    assert.equal(await rows(page).count(), 2);
    const old = rows(page).first();
    await old.getByRole('button', { name: /^外す/ }).click();
    await page.getByRole('group', { name: '外す' }).getByRole('button').first().click();
    await page.getByRole('status').getByText('外しました').waitFor();
    assert.equal(await rows(page).count(), 1);
    assert.match(await rows(page).innerText(), /新しい携帯/);

    await rows(page).getByRole('button', { name: /^名前を変える/ }).click();
    await rows(page).getByLabel('名前', { exact: true }).fill('携帯');
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('名前を変えました').waitFor();
    assert.match(await rows(page).innerText(), /携帯/);

    dialog = await signOut(page);
    await dialog.getByRole('button', { name: 'パスキーでサインインする' }).click();
    await page.locator('[data-session=current]').waitFor();
    assert.deepEqual(
        page.complaints.filter((one) => !/40[139]/.test(one)),
        [],
    );
    await page.context().close();
});

test('a device that has no passkey is told about', needsOwn, async () => {
    const { link } = await invited(server);
    const page = await open({ hash: link.slice(link.indexOf('#')) });
    const device = await authenticator(page);
    await comeIn(page, 'jiro');
    await toAccount(page);
    const dialog = await signOut(page);
    const button = dialog.getByRole('button', { name: 'パスキーでサインインする' });
    const told = dialog.getByRole('alert').getByText('この端末にここのパスキーがありません');
    await device.lose();
    await button.click();
    await told.waitFor();
    await page.context().close();
});

test('a passkey that was removed elsewhere opens nothing', needsOwn, async () => {
    const { link } = await invited(server);
    const page = await open({ hash: link.slice(link.indexOf('#')) });
    await authenticator(page);
    await comeIn(page, 'saburo');
    await toAccount(page);
    await page.getByLabel('新しいパスワード').fill('四つの言葉を並べた合言葉');
    await page.getByRole('button', { name: '変える', exact: true }).click();
    await page.getByRole('status').getByText('パスワードを変えました').waitFor();
    await rows(page).getByRole('button', { name: /^外す/ }).click();
    await page.getByRole('group', { name: '外す' }).getByRole('button').first().click();
    await page.getByRole('status').getByText('外しました').waitFor();
    const dialog = await signOut(page);
    await dialog.getByRole('button', { name: 'パスキーでサインインする' }).click();
    await dialog.getByRole('alert').getByText('このパスキーでは入れません').waitFor();
    await page.context().close();
});

test('the same device is not added twice', needsOwn, async () => {
    const { link } = await invited(server);
    const page = await open({ hash: link.slice(link.indexOf('#')) });
    await authenticator(page);
    await comeIn(page, 'shiro');
    await toAccount(page);
    await page.getByRole('button', { name: 'パスキーを加える' }).click();
    await page.getByRole('alert').getByText('もう加えてあります').waitFor();
    await page.context().close();
});

test('where there are no passkeys the page says so, and works without', needsOwn, async () => {
    const { code } = await invited(server);
    const page = await openPage(browser, server, { setUp: closed });
    const dialog = page.getByRole('dialog', { name: 'サインイン' });
    await dialog.getByLabel('パスワード').waitFor();
    assert.equal(await dialog.getByRole('button', { name: /パスキー/ }).count(), 0);
    await page.context().close();

    // A browser that has never heard of them.
    const old = await openPage(browser, named, {
        setUp: async (one) => {
            await closed(one);
            await one.addInitScript(() => delete window.PublicKeyCredential);
        },
        hash: `#invitation=${code}`,
    });
    const coming = old.getByRole('dialog', { name: '招待を受けて入る' });
    await coming.getByLabel('サインインの名前').fill('goro');
    assert.equal(await coming.getByRole('button', { name: /パスキー/ }).count(), 0);
    await coming.getByLabel('パスワード', { exact: true }).fill('四つの言葉を並べた合言葉');
    await coming.getByRole('button', { name: '入る', exact: true }).click();
    await settled(old);
    await toAccount(old);
    await old.getByText('番号のアドレスや暗号化されていない接続では使えません').waitFor();
    assert.equal(await old.getByRole('button', { name: 'パスキーを加える' }).count(), 0);
    await old.context().close();
});

for (const language of ['ja', 'en']) {
    for (const [width, height] of [
        [1280, 720],
        [360, 740],
    ]) {
        test(`nothing is wrong with it at ${width} × ${height} in ${language}`, needsOwn, async () => {
            const { link } = await invited(server);
            const page = await open({ hash: link.slice(link.indexOf('#')), width, height, language });
            await authenticator(page);
            const dialog = page.getByRole('dialog');
            await dialog.locator('#invitation-name').fill(`person-${width}-${language}`);
            await check(page);
            await shot(page, `passkey-invitation-${width}-${language}`);
            await dialog.getByRole('button', { name: /パスキー|passkey/ }).click();
            await page.locator('tr[data-station]').first().waitFor();
            await toAccount(page);
            await rows(page).first().waitFor();
            await check(page);
            await shot(page, `passkey-account-${width}-${language}`);
            const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
            assert.deepEqual(wide, []);
            await page.context().close();
        });
    }
}

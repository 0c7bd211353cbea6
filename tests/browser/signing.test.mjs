// Signing keys of people: made in a fresh sign-in, shown in the account, signatures on the page of a version.
// What the server signed is judged by jose and node's own cryptography as well.
import assert from 'node:assert/strict';
import { createHash, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import { calculateJwkThumbprint, importJWK } from 'jose';
import { check } from './axe.mjs';
import { launch, openPage, shot, tooWide } from './browser.mjs';
import { closed, invited, post } from './people.mjs';
import { given, pause, serve } from './server.mjs';

const kPassword = '四つの言葉を並べた合言葉';
const kText = (version) =>
    `[policies]\nversion = "${version}"\n[[prohibition]]\nid = "x"\naction = ["delete"]\ntype = ["Boar"]\n`;
/** Milliseconds: for a password, and for what is not to wait for another one. */
const kFresh = 20_000;

let browser;
let server;
before(async () => {
    browser = await launch();
    server = await serve({
        wrong: 1,
        configure: () => `[people]\nsession_fresh = "PT${kFresh / 1000}S"\n`,
    });
    if (given) return;
    for (const name of ['yamada', 'sato']) {
        const invitation = await invited(server, {
            displayName: name === 'yamada' ? '山田 花子' : '佐藤 太郎',
            grants: [{ role: 'operator' }],
        });
        const body = { code: invitation.code, name, password: kPassword };
        await post(server, '/musubi/v1/invitations/accept', body);
    }
});
after(async () => {
    await browser.close();
    await server?.stop();
});

const needsOwn = { skip: given ? 'needs people of its own' : false };

async function signedIn(name, hash, options = {}) {
    const page = await openPage(browser, server, { hash, setUp: closed, ...options });
    const inputs = page.getByRole('dialog').locator('input');
    await inputs.nth(0).fill(name);
    await inputs.nth(1).fill(kPassword);
    await page.keyboard.press('Enter');
    await page.locator('#settings-page').waitFor();
    page.complaints.length = 0; // that it was turned away before
    return page;
}
const told = async (path) => (await fetch(server.url + path)).json();
const again = (page) => page.getByRole('dialog', { name: 'もう一度サインイン' });

test('a text that takes long to write is proposed after another sign-in, and goes on by itself', needsOwn, async () => {
    const page = await signedIn('yamada', '#settings/policies');
    await page.locator('textarea').fill(kText('1'));
    await pause(kFresh + 200);
    await page.getByRole('button', { name: '提案する' }).click();
    await again(page).getByText('15分以内のサインイン').waitFor();
    await check(page);
    await shot(page, 'sign-in-again');
    await again(page).getByLabel('パスワード').fill('wrong wrong wrong');
    await page.keyboard.press('Enter');
    await again(page).getByRole('alert').waitFor();
    await again(page).getByLabel('パスワード').fill(kPassword);
    await page.keyboard.press('Enter');
    await page.locator('[data-signature=true]').waitFor();
    assert.match(page.url(), /#settings\/policies\/1$/);
    assert.match(await page.locator('main').innerText(), /山田 花子[\s\S]*署名は合っています/);
    await page.context().close();
});

test('who gives up signs nothing; the second signature puts it in force', needsOwn, async () => {
    const page = await signedIn('sato', '#settings/policies/1');
    const sign = async () => {
        await page.getByRole('button', { name: '署名する' }).click();
        const ask = page.getByRole('group', { name: '署名する' });
        await ask.getByRole('button', { name: '署名する' }).click();
    };
    await page.getByRole('button', { name: '署名する' }).waitFor();
    await pause(kFresh + 200);
    await sign();
    await again(page).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('alert').getByText('サインインから時間がたっています').waitFor();
    assert.equal((await told('/musubi/v1/policies/1')).signatures.length, 1);
    await sign();
    await again(page).getByLabel('パスワード').fill(kPassword);
    await page.keyboard.press('Enter');
    await page.locator('[data-signature=true]').nth(1).waitFor();
    assert.match(await page.locator('dl').first().innerText(), /有効/);
    await page.getByText('署名を確かめる').first().click();
    await page.getByText('musubi policy signature 1').first().waitFor();
    await check(page);
    await shot(page, 'policy-signed');
    await page.context().close();
});

test('jose and node verify what the server signed, and nothing else', needsOwn, async () => {
    const version = await told('/musubi/v1/policies/1');
    const { keys } = await told('/musubi/v1/signing-keys');
    const sha256 = (text) => createHash('sha256').update(text).digest('hex');
    assert.equal(version.signatures.length, 2);
    for (const one of version.signatures) {
        const jwk = keys.find((key) => key.kid === one.key);
        assert.equal(jwk.subject, one.subject);
        assert.equal(await calculateJwkThumbprint(jwk), jwk.kid);
        const key = await importJWK(jwk, 'EdDSA');
        // Members in their order, no white space: what RFC 8785 makes of these.
        const said = JSON.stringify({
            at: one.at,
            key: one.key,
            note: sha256(version.note),
            number: version.number,
            proposedAt: version.proposedAt,
            proposedBy: version.proposedBy,
            subject: one.subject,
            tenant: version.tenant,
            text: sha256(version.text),
        });
        const signature = Buffer.from(one.signature, 'base64url');
        const holds = (text) => verify(null, Buffer.from(text), key, signature);
        assert.equal(one.signed, `musubi policy signature 1\n${said}`);
        assert.ok(holds(one.signed));
        assert.ok(!holds(said), 'without its domain');
        assert.ok(!holds(one.signed.replace('signature 1', 'signature 2')));
        assert.ok(!holds(one.signed.replace('"number":1', '"number":2')));
    }
    assert.notEqual(version.signatures[0].key, version.signatures[1].key);
});

test('the account shows the key and replaces it; what it signed still holds', needsOwn, async () => {
    const page = await signedIn('yamada', '#settings/account');
    const inUse = page.locator('[data-signing-key=in-use]');
    await inUse.waitFor();
    const before = await inUse.locator('code').innerText();
    await page.getByRole('button', { name: '鍵を替える' }).click();
    await page.getByRole('group', { name: '鍵を替える' }).getByRole('button').first().click();
    await page.locator('[data-signing-key=ended]').waitFor();
    assert.equal(await page.locator('[data-signing-key=ended] code').innerText(), before);
    assert.notEqual(await inUse.locator('code').innerText(), before);
    await check(page);
    await shot(page, 'signing-key');
    const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
    assert.deepEqual(wide, []);
    const version = await told('/musubi/v1/policies/1');
    assert.deepEqual(
        version.signatures.map((one) => one.holds),
        [true, true],
    );
    await page.context().close();
});

for (const language of ['ja', 'en']) {
    test(`nothing is wrong with a signed version at 360 × 740 in ${language}`, needsOwn, async () => {
        const page = await signedIn('sato', '#settings/policies/1', { width: 360, height: 740, language });
        await page.locator('[data-signature=true]').first().waitFor();
        await page.locator('details summary').first().click();
        await check(page);
        await shot(page, `policy-signed-360-${language}`);
        const wide = (await tooWide(page)).filter((found) => found.startsWith('page'));
        assert.deepEqual(wide, []);
        assert.deepEqual(page.complaints, []);
        await page.context().close();
    });
}

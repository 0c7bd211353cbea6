// What a sign-in at a provider of OpenID Connect is refused for, each by its name. The provider is of the test's
// own making, its tokens are made by `jose`; the requests are those a browser would send, or an attacker.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as jose from 'jose';
import { fakeProvider, kClient } from './fake_provider.mjs';
import { given, pause, serve } from './server.mjs';

const kPassword = '四つの言葉を並べた合言葉';
const needsOwn = { skip: given ? 'needs a server of its own' : false };

let server;
let one; // client_secret_basic, by discovery
let other; // private_key_jwt, endpoints by hand
let folder;
before(async () => {
    if (given) return;
    folder = mkdtempSync(join(tmpdir(), 'musubi-openid-'));
    const pair = await jose.generateKeyPair('RS256', { extractable: true });
    writeFileSync(join(folder, 'key.pem'), await jose.exportPKCS8(pair.privateKey), { mode: 0o600 });
    writeFileSync(join(folder, 'secret'), 'a secret: of + signs\n', { mode: 0o600 });
    one = await fakeProvider();
    other = await fakeProvider({ algorithm: 'PS256', clientKey: pair.publicKey });
    server = await serve({
        wrong: 1,
        configure: (url) => `
public_url = "${url}"
[[openid]]
id = "one"
name_ja = "町の認証基盤"
name_en = "The town's accounts"
issuer = "${one.issuer}"
client_id = "${kClient}"
client_secret_file = "${join(folder, 'secret')}"
acr_values = ["aal3"]
assurance = {aal3 = 3, aal2 = 2}
[[openid]]
id = "other"
name_ja = "認証アプリ"
name_en = "The app"
issuer = "${other.issuer}"
client_id = "${kClient}"
client_auth = "private_key_jwt"
client_key_file = "${join(folder, 'key.pem')}"
authorization_endpoint = "${other.issuer}/auth"
token_endpoint = "${other.issuer}/token"
jwks_uri = "${other.issuer}/keys"
sends_issuer = true
`,
    });
    const invitation = await (
        await post('/musubi/v1/invitations', { displayName: '山田 花子', grants: [{ role: 'reader' }] })
    ).json();
    await post('/musubi/v1/invitations/accept', {
        code: invitation.code,
        name: 'yamada',
        password: kPassword,
    });
    for (const [id, provider] of [
        ['one', one],
        ['other', other],
    ]) {
        const cookie = await signIn();
        const begun = await start(id, { aim: 'link', to: '/#settings/account' }, cookie);
        const linked = await comeBack(id, provider.answer(begun.location), begun.cookie);
        assert.equal(linked.headers.get('location'), '/#settings/account');
    }
});
after(async () => {
    await server?.stop();
    await one?.stop();
    await other?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
});

const own = (cookie) => ({
    'Content-Type': 'application/json',
    Origin: server.url,
    ...(cookie ? { Cookie: cookie } : {}),
});
async function post(path, body, cookie) {
    const answer = await fetch(server.url + path, {
        method: 'POST',
        headers: own(cookie),
        body: JSON.stringify(body),
    });
    assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer;
}
const cookieOf = (answer) =>
    answer.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; ');
const signIn = async () =>
    cookieOf(await post('/musubi/v1/session', { name: 'yamada', password: kPassword }));

/** A sign-in begins: where the browser goes, and its cookie for the way back. */
async function start(id, body = {}, cookie = undefined) {
    const answer = await post(`/musubi/v1/openid/${id}/start`, body, cookie);
    return { location: (await answer.json()).location, cookie: cookieOf(answer) };
}
/** The browser comes back. */
function comeBack(id, { code, state, iss, ...more }, cookie) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ code, state, iss, error: more.error })) {
        if (value !== undefined) query.set(name, value);
    }
    return fetch(`${server.url}/musubi/v1/openid/${id}/callback?${query}`, {
        redirect: 'manual',
        headers: { 'Sec-Fetch-Site': 'cross-site', ...(cookie ? { Cookie: cookie } : {}) },
    });
}
/** It came to nothing, for that reason, and nobody is signed in. */
function refused(answer, why, id = 'one') {
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get('location'), `/#openid=${why}&provider=${id}`);
    assert.ok(!answer.headers.getSetCookie().some((line) => line.startsWith('musubi_session=')));
}
function entered(answer, to = '/') {
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get('location'), to);
    assert.ok(answer.headers.getSetCookie().some((line) => /^musubi_session=\w+_\w+; .*Strict/.test(line)));
}
async function tried(id, provider, tell) {
    const begun = await start(id);
    const answer = provider.answer(begun.location);
    provider.tell = tell;
    const came = await comeBack(id, answer, begun.cookie);
    provider.tell = {};
    return came;
}
const withClaims = (provider, more) => ({
    idToken: (nonce) => provider.sign({ ...provider.claims(nonce), ...more }),
});
const kHigh = { acr: 'aal3' };

test('a good sign-in opens a session of its assurance', needsOwn, async () => {
    const before = await signIn();
    const begun = await start('one', { to: '/#alerts' }, before);
    const question = new URL(begun.location);
    assert.equal(question.origin, one.issuer);
    const asked = Object.fromEntries(question.searchParams);
    assert.equal(asked.redirect_uri, `${server.url}/musubi/v1/openid/one/callback`);
    assert.equal(asked.response_type, 'code');
    assert.equal(asked.code_challenge_method, 'S256');
    assert.equal(asked.acr_values, 'aal3');
    one.tell = withClaims(one, kHigh);
    const came = await comeBack('one', one.answer(begun.location), begun.cookie);
    one.tell = {};
    entered(came, '/#alerts');
    assert.equal(
        one.authorization,
        `Basic ${Buffer.from('musubi:a%20secret%3A%20of%20%2B%20signs').toString('base64')}`,
    );
    const challenge = jose.base64url.encode(
        new Uint8Array(
            await crypto.subtle.digest('SHA-256', new TextEncoder().encode(one.asked.get('code_verifier'))),
        ),
    );
    assert.equal(challenge, asked.code_challenge);
    const cookie = cookieOf(came);
    const session = await (
        await fetch(`${server.url}/musubi/v1/session`, { headers: { Cookie: cookie } })
    ).json();
    assert.equal(session.session.method, 'openid');
    assert.equal(session.session.assurance, 3);
    assert.equal(session.session.provider, 'one');
    // Fixation: what the browser had before opens nothing any more.
    const old = await fetch(`${server.url}/musubi/v1/me`, { headers: { Cookie: before } });
    assert.notEqual(old.status, 200);
    // Signing out tells where to sign out at the provider as well.
    const out = await fetch(`${server.url}/musubi/v1/session`, { method: 'DELETE', headers: own(cookie) });
    const there = new URL((await out.json()).providerSignOut);
    assert.equal(there.origin + there.pathname, `${one.issuer}/logout`);
    assert.equal(there.searchParams.get('post_logout_redirect_uri'), `${server.url}/`);
});

test('private_key_jwt is what jose takes, and PS256 is taken from it', needsOwn, async () => {
    entered(await tried('other', other, {}));
    const { payload, protectedHeader } = other.assertions.at(-1);
    assert.equal(protectedHeader.alg, 'RS256');
    assert.equal(payload.exp - payload.iat, 60);
    const keys = await (await fetch(`${server.url}/musubi/v1/openid/other/keys`)).json();
    assert.equal(keys.keys[0].kid, protectedHeader.kid);
    assert.equal(keys.keys[0].d, undefined);
    const again = await tried('other', other, {});
    entered(again);
    assert.notEqual(other.assertions.at(-1).payload.jti, payload.jti);
});

test('less assurance than was asked for is told, and is what the session has', needsOwn, async () => {
    const came = await tried('one', one, withClaims(one, { acr: 'aal2' }));
    entered(came, '/#openid=lower');
    const answer = await fetch(`${server.url}/musubi/v1/session`, { headers: { Cookie: cookieOf(came) } });
    const { session } = await answer.json();
    assert.equal(session.assurance, 2);
    assert.equal(session.assuranceAsked, 3);
});

test('replay: an answer that was used opens nothing', needsOwn, async () => {
    const begun = await start('one');
    const answer = one.answer(begun.location);
    one.tell = withClaims(one, kHigh);
    entered(await comeBack('one', answer, begun.cookie));
    refused(await comeBack('one', answer, begun.cookie), 'expired');
    one.tell = {};
});

test('login CSRF: the answer to another browser opens nothing, not even for that browser later', needsOwn, async () => {
    const attacker = await start('one');
    const victim = await start('one');
    const answer = one.answer(attacker.location);
    refused(await comeBack('one', answer, victim.cookie), 'expired');
    refused(await comeBack('one', answer, undefined), 'expired');
    refused(await comeBack('one', answer, attacker.cookie), 'expired');
});

test('login CSRF: another site can not begin it', needsOwn, async () => {
    const answer = await fetch(`${server.url}/musubi/v1/openid/one/start`, {
        method: 'POST',
        headers: { Origin: 'https://elsewhere.example' },
        body: '{}',
    });
    assert.equal(answer.status, 403);
});

test('a state nobody began, none, two of them', needsOwn, async () => {
    const begun = await start('one');
    const answer = one.answer(begun.location);
    refused(await comeBack('one', { ...answer, state: 'guessed' }, begun.cookie), 'expired');
    refused(await comeBack('one', { ...answer, state: undefined }, begun.cookie), 'expired');
    const twice = await fetch(
        `${server.url}/musubi/v1/openid/one/callback?code=a&state=${answer.state}&state=${answer.state}`,
        { redirect: 'manual', headers: { Cookie: begun.cookie } },
    );
    refused(twice, 'expired');
});

test('mix-up: another provider answers', needsOwn, async () => {
    const begun = await start('one');
    const answer = one.answer(begun.location);
    refused(await comeBack('one', { ...answer, iss: other.issuer }, begun.cookie), 'mixed-up');
    const second = await start('one');
    const without = { ...one.answer(second.location), iss: undefined };
    refused(await comeBack('one', without, second.cookie), 'mixed-up');
    const third = await start('one');
    refused(await comeBack('other', one.answer(third.location), third.cookie), 'mixed-up', 'other');
});

test('open redirect: only paths of this server are gone to', needsOwn, async () => {
    for (const to of [
        'https://elsewhere.example/',
        '//elsewhere.example/',
        '/\\elsewhere.example/',
        '\\\\elsewhere.example',
        'javascript:alert(1)',
        '/\r\nSet-Cookie: a=b',
        ' /',
        '',
        `/${'a'.repeat(600)}`,
    ]) {
        const answer = await fetch(`${server.url}/musubi/v1/openid/one/start`, {
            method: 'POST',
            headers: own(),
            body: JSON.stringify({ to }),
        });
        assert.equal(answer.status, 400, to);
    }
});

const kBadTokens = {
    'another nonce': (provider) => withClaims(provider, { nonce: 'another' }),
    'no nonce': (provider) => withClaims(provider, { nonce: undefined }),
    'made for somebody else': (provider) => withClaims(provider, { aud: 'another' }),
    'several audiences and no azp': (provider) => withClaims(provider, { aud: [kClient, 'another'] }),
    'made for another party': (provider) => withClaims(provider, { azp: 'another' }),
    'of another issuer': (provider) => withClaims(provider, { iss: other.issuer }),
    expired: (provider) => withClaims(provider, { exp: Math.floor(Date.now() / 1000) - 600 }),
    'without an end': (provider) => withClaims(provider, { exp: undefined }),
    'from the future': (provider) => withClaims(provider, { iat: Math.floor(Date.now() / 1000) + 600 }),
    'not valid yet': (provider) => withClaims(provider, { nbf: Math.floor(Date.now() / 1000) + 600 }),
    'of nobody': (provider) => withClaims(provider, { sub: '' }),
    'not signed (none)': (provider) => ({
        idToken: (nonce) => new jose.UnsecuredJWT(provider.claims(nonce)).encode(),
    }),
    'signed with the public key as a secret (HS256)': (provider) => ({
        idToken: (nonce) =>
            new jose.SignJWT(provider.claims(nonce))
                .setProtectedHeader({ alg: 'HS256', kid: 'one' })
                .sign(new TextEncoder().encode(JSON.stringify(provider.jwk))),
    }),
    'signed with the client secret (HS256)': (provider) => ({
        idToken: (nonce) =>
            new jose.SignJWT(provider.claims(nonce))
                .setProtectedHeader({ alg: 'HS256', kid: 'one' })
                .sign(new TextEncoder().encode('a secret: of + signs')),
    }),
    'signed with a key that comes along': (provider) => ({
        idToken: async (nonce) => {
            const pair = await jose.generateKeyPair('ES256');
            const jwk = await jose.exportJWK(pair.publicKey);
            return new jose.SignJWT(provider.claims(nonce))
                .setProtectedHeader({ alg: 'ES256', kid: 'one', jwk })
                .sign(pair.privateKey);
        },
    }),
    'signed with another key': (provider) => ({
        idToken: async (nonce) =>
            new jose.SignJWT(provider.claims(nonce))
                .setProtectedHeader({ alg: 'ES256', kid: 'one' })
                .sign((await jose.generateKeyPair('ES256')).privateKey),
    }),
    'of another kind': (provider) => ({
        idToken: (nonce) => provider.sign(provider.claims(nonce), { typ: 'at+jwt' }),
    }),
    'no token at all': () => ({ idToken: () => 'a.b.c' }),
};
for (const [what, tell] of Object.entries(kBadTokens)) {
    test(`an ID Token is refused: ${what}`, needsOwn, async () => {
        refused(await tried('one', one, tell(one)), 'token');
    });
}

test('a key that came later is fetched, and not again and again', needsOwn, async () => {
    const pair = await jose.generateKeyPair('RS256', { extractable: true });
    one.keys = [one.jwk, { ...(await jose.exportJWK(pair.publicKey)), kid: 'two', alg: 'RS256' }];
    const tell = {
        idToken: (nonce) =>
            new jose.SignJWT({ ...one.claims(nonce), ...kHigh })
                .setProtectedHeader({ alg: 'RS256', kid: 'two' })
                .sign(pair.privateKey),
    };
    const before = one.keysAsked;
    entered(await tried('one', one, tell));
    assert.equal(one.keysAsked, before + 1);
    const unknown = {
        idToken: (nonce) => one.sign(one.claims(nonce), { kid: 'three' }),
    };
    refused(await tried('one', one, unknown), 'token');
    refused(await tried('one', one, unknown), 'token');
    assert.equal(one.keysAsked, before + 1);
});

test('who is not linked is not let in', needsOwn, async () => {
    const stranger = { idToken: (nonce) => one.sign(one.claims(nonce, 'a stranger')) };
    refused(await tried('one', one, stranger), 'unknown');
});

test('who refuses at the provider is told so', needsOwn, async () => {
    const begun = await start('one');
    const { state, iss } = one.answer(begun.location);
    refused(await comeBack('one', { state, iss, error: 'access_denied' }, begun.cookie), 'denied');
    const again = await start('one');
    const back = one.answer(again.location);
    refused(
        await comeBack('one', { ...back, code: undefined, error: '<script>' }, again.cookie),
        'provider',
    );
});

test('the provider refuses the code, or its answer is huge', needsOwn, async () => {
    refused(await tried('one', one, { token: 'error' }), 'provider');
    refused(await tried('one', one, { token: 'huge' }), 'silent');
    await pause(5500); // it is left alone for a moment
});

test('a provider that does not answer is given up', needsOwn, async () => {
    const begun = Date.now();
    refused(await tried('one', one, { token: 'slow' }), 'silent');
    assert.ok(Date.now() - begun < 30_000);
    await pause(5500);
});

test('the link is of one person, and the last way in stays', needsOwn, async () => {
    const invitation = await (
        await post('/musubi/v1/invitations', { name: 'suzuki', grants: [{ role: 'reader' }] })
    ).json();
    // By the account that is yamada's already: refused, and the invitation is not used up.
    const first = await start('one', { aim: 'accept', invitation: invitation.code });
    refused(await comeBack('one', one.answer(first.location), first.cookie), 'taken');
    one.tell = { idToken: (nonce) => one.sign({ ...one.claims(nonce, 'of suzuki'), ...kHigh }) };
    const second = await start('one', { aim: 'accept', invitation: invitation.code });
    const came = await comeBack('one', one.answer(second.location), second.cookie);
    one.tell = {};
    entered(came);
    const cookie = cookieOf(came);
    const linked = await (
        await fetch(`${server.url}/musubi/v1/me/openid`, { headers: { Cookie: cookie } })
    ).json();
    assert.equal(linked.length, 1);
    const remove = (id) =>
        fetch(`${server.url}/musubi/v1/me/openid/${id}`, { method: 'DELETE', headers: own(cookie) });
    assert.equal((await remove(linked[0].id)).status, 409);
    assert.equal((await remove('another')).status, 404);
    // Used up it is now.
    const third = await fetch(`${server.url}/musubi/v1/openid/one/start`, {
        method: 'POST',
        headers: own(),
        body: JSON.stringify({ aim: 'accept', invitation: invitation.code }),
    });
    assert.equal(third.status, 404);
});

test('who signed out meanwhile links nothing', needsOwn, async () => {
    const cookie = await signIn();
    const begun = await start('one', { aim: 'link' }, cookie);
    await fetch(`${server.url}/musubi/v1/session`, { method: 'DELETE', headers: own(cookie) });
    refused(await comeBack('one', one.answer(begun.location), begun.cookie), 'session');
    const nobody = await fetch(`${server.url}/musubi/v1/openid/one/start`, {
        method: 'POST',
        headers: own(),
        body: '{"aim": "link"}',
    });
    assert.equal(nobody.status, 403);
});

test('the journal tells who, by which provider, and what was refused, and no names', needsOwn, async () => {
    const entries = await (await fetch(`${server.url}/musubi/v1/journal?limit=1000`)).json();
    const of = (kind) => entries.filter((entry) => entry.kind === kind).map((entry) => entry.details);
    assert.ok(of('sign-in').some((one) => one.provider === 'one' && one.assurance === 3));
    assert.ok(of('person-changed').some((one) => one.change === 'openid-linked' && one.provider === 'other'));
    const refusals = of('refusal').filter((one) => one.method === 'openid');
    for (const why of ['expired', 'mixed-up', 'token', 'unknown', 'denied', 'provider', 'silent', 'taken', 'session']) {
        assert.ok(
            refusals.some((one) => one.why === why),
            `${why} in ${JSON.stringify(refusals)}`,
        );
    }
    const text = JSON.stringify(entries);
    for (const secret of ['subject-of-yamada', 'a stranger', 'a secret', 'code-0.']) {
        assert.ok(!text.includes(secret), secret);
    }
});

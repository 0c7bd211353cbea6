// What people do with the passkeys of their account, asked without a browser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
    Person,
    asked,
    begin,
    end,
    journal,
    kPassword,
    needsOwn,
    origin,
    server,
    signIn,
    withPasskey,
    withPassword,
} from './passkey_people.mjs';
import { SoftAuthenticator } from './soft_authenticator.mjs';

before(begin);
after(end);

test('the last way to sign in stays; who removes one ends all other sign-ins', needsOwn, async () => {
    const { person, device } = await withPasskey();
    const [first] = await person.me('/passkeys');
    await person.me(`/passkeys/${first.id}`, 'DELETE', undefined, 409);
    const second = new SoftAuthenticator(origin, -8);
    const passkey = second.register(await person.me('/passkeys/options', 'POST', {}, 200));
    await person.me('/passkeys', 'POST', { passkey, name: 'second' });
    const lost = new Person();
    assert.equal((await signIn(lost, device.assert(await asked(lost)))).status, 201);
    await person.me(`/passkeys/${first.id}`, 'PATCH', { name: '古い携帯' }, 204);
    assert.equal((await person.me('/passkeys'))[0].name, '古い携帯');
    await person.me(`/passkeys/${first.id}`, 'DELETE', undefined, 204);
    assert.deepEqual(
        (await person.me('/passkeys')).map((one) => one.name),
        ['second'],
    );
    assert.notEqual((await lost.ask('GET', '/musubi/v1/me')).status, 200);
    const gone = new Person();
    assert.equal((await signIn(gone, device.assert(await asked(gone)))).status, 401);
    await person.me('/password', 'DELETE', undefined, 404);
    const changes = (await journal())
        .filter((one) => one.details?.passkey === first.id)
        .map((one) => one.details.change);
    assert.deepEqual(changes.sort(), ['passkey-added', 'passkey-removed']);
});

test('a password can go where there is a passkey, and not else', needsOwn, async () => {
    const person = await withPassword();
    await person.me('/password', 'DELETE', undefined, 409);
    const device = new SoftAuthenticator(origin);
    const passkey = device.register(await person.me('/passkeys/options', 'POST', {}, 200));
    await person.me('/passkeys', 'POST', { passkey });
    await person.me('/password', 'DELETE', undefined, 204);
    assert.equal((await person.me('')).hasPassword, false);
    const answer = await new Person().ask('POST', '/musubi/v1/session', {
        name: person.name,
        password: kPassword,
    });
    assert.equal(answer.status, 401);
});

test('a recovery code opens the account for another passkey', needsOwn, async () => {
    const { person, device } = await withPasskey();
    const { codes } = await person.me('/recovery-codes', 'POST', {});
    const back = new Person();
    const begun = await back.need(201, 'POST', '/musubi/v1/session', {
        name: person.name,
        recoveryCode: codes[0],
    });
    assert.equal(begun.session.renew, true);
    const another = new SoftAuthenticator(origin);
    const passkey = another.register(await back.me('/passkeys/options', 'POST', {}, 200));
    await back.me('/passkeys', 'POST', { passkey });
    const now = await back.need(200, 'GET', '/musubi/v1/session');
    assert.equal(now.session.renew, false);
    assert.equal(now.session.method, 'passkey');
    assert.notEqual((await person.ask('GET', '/musubi/v1/me')).status, 200);
    const old = (await back.me('/passkeys')).find((one) => one.id && one.usedAt === undefined);
    await back.me(`/passkeys/${old.id}`, 'DELETE', undefined, 204);
    assert.equal((await signIn(new Person(), device.assert(await asked(back)))).status, 401);
});

test("an operator's code is accepted with a passkey; the password is gone then", needsOwn, async () => {
    const person = await withPassword();
    const { id } = await person.me('');
    const operator = new Person();
    const { code } = await operator.need(201, 'POST', `/musubi/v1/people/${id}/renewal`);
    const back = new Person();
    const options = await back.need(200, 'POST', '/musubi/v1/invitations/options', { code });
    const device = new SoftAuthenticator(origin);
    const passkey = device.register(options);
    const accepted = { code, passkey, passkeyName: 'another' };
    await back.need(201, 'POST', '/musubi/v1/invitations/accept', accepted);
    assert.equal((await back.me('')).hasPassword, false);
    assert.equal((await back.me('/passkeys'))[0].name, 'another');
    assert.notEqual((await person.ask('GET', '/musubi/v1/me')).status, 200);
    assert.equal((await signIn(new Person(), device.assert(await asked(back)))).status, 201);
});

test('at an address there are no passkeys, and it is said what to do', needsOwn, async () => {
    const answer = await fetch(`${server.url}/musubi/v1/session/options`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: server.url },
        body: '{}',
    });
    assert.equal(answer.status, 409);
    assert.match((await answer.json()).detail, /localhost/);
});

test('tries are limited as those of passwords are', needsOwn, async () => {
    const { device } = await withPasskey();
    const attacker = new SoftAuthenticator(origin);
    attacker.id = device.id;
    attacker.userHandle = device.userHandle;
    const statuses = [];
    for (let i = 0; i < 7; ++i) {
        const browser = new Person();
        statuses.push((await signIn(browser, attacker.assert(await asked(browser)))).status);
    }
    assert.deepEqual(statuses.slice(0, 5), Array(5).fill(401));
    assert.ok(statuses.includes(429), statuses.join());
});

// The ceremonies of passkeys, asked without a browser: each refusal by its name, and an independent judge
// (judge.mjs) of what is taken and what is not.
import { verifyAuthenticationResponse, verifyRegistrationResponse } from './judge.mjs';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
    Person,
    asked,
    begin,
    end,
    invited,
    journal,
    kPassword,
    needsOwn,
    nextName,
    origin,
    signIn,
    withPasskey,
    withPassword,
} from './passkey_people.mjs';
import { SoftAuthenticator, base64url } from './soft_authenticator.mjs';

before(begin);
after(end);

for (const algorithm of [-7, -8, -257]) {
    for (const format of ['none', 'packed']) {
        test(`algorithm ${algorithm}, ${format}: taken here and by the judge`, needsOwn, async () => {
            const device = new SoftAuthenticator(origin, algorithm);
            device.format = format;
            const person = await withPassword();
            const options = await person.me('/passkeys/options', 'POST', {}, 200);
            assert.equal(options.rp.id, 'localhost');
            assert.ok(options.pubKeyCredParams.some((one) => one.alg === algorithm));
            const passkey = device.register(options);
            const judged = await verifyRegistrationResponse({
                response: passkey,
                expectedChallenge: options.challenge,
                expectedOrigin: origin,
                expectedRPID: 'localhost',
            });
            assert.equal(judged.verified, true);
            const kept = await person.me('/passkeys', 'POST', { passkey, name: '携帯' });
            assert.equal(kept.name, '携帯');
            assert.equal((await person.me('/passkeys')).length, 1);

            const browser = new Person();
            const question = await asked(browser);
            assert.deepEqual(question.allowCredentials, []);
            device.count = 1;
            const proof = device.assert(question);
            const info = judged.registrationInfo;
            const verdict = await verifyAuthenticationResponse({
                response: proof,
                expectedChallenge: question.challenge,
                expectedOrigin: origin,
                expectedRPID: 'localhost',
                authenticator: {
                    credentialID: info.credentialID,
                    credentialPublicKey: info.credentialPublicKey,
                    counter: info.counter,
                },
            });
            assert.equal(verdict.verified, true);
            const answer = await signIn(browser, proof);
            assert.equal(answer.status, 201, JSON.stringify(answer.body));
            assert.equal(answer.body.session.method, 'passkey');
            assert.equal(answer.body.person.name, person.name);
            assert.ok((await browser.me('/passkeys'))[0].usedAt);
        });
    }
}

/** The length in bytes of r, the first INTEGER of the DER of an ECDSA signature: 31 or less once in 256. */
const lengthOfR = (proof) => Buffer.from(proof.response.signature, 'base64url')[3];

test('a signature whose r is a short number is taken here and by the judge', needsOwn, async () => {
    const device = new SoftAuthenticator(origin, -7);
    const person = await withPassword();
    const options = await person.me('/passkeys/options', 'POST', {}, 200);
    const passkey = device.register(options);
    await person.me('/passkeys', 'POST', { passkey, name: '携帯' });
    const expected = { expectedOrigin: origin, expectedRPID: 'localhost' };
    const judged = await verifyRegistrationResponse({
        ...expected,
        response: passkey,
        expectedChallenge: options.challenge,
    });
    const browser = new Person();
    const question = await asked(browser);
    device.count = 1;
    let proof = device.assert(question);
    for (let i = 0; i < 20_000 && lengthOfR(proof) > 31; ++i) proof = device.assert(question);
    assert.ok(lengthOfR(proof) <= 31);
    const { credentialID, credentialPublicKey, counter } = judged.registrationInfo;
    const verdict = await verifyAuthenticationResponse({
        ...expected,
        response: proof,
        expectedChallenge: question.challenge,
        authenticator: { credentialID, credentialPublicKey, counter },
    });
    assert.equal(verdict.verified, true);
    const answer = await signIn(browser, proof);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
});

/** What a registration is refused for: here by a problem with its place, and by the judge. */
const kWrong = {
    'wrong origin': (device) => (device.origin = 'https://evil.example'),
    'wrong rpId hash': (device) => (device.rpId = 'evil.example'),
    'UV missing': (device) => (device.flags = 1),
    'UP missing': (device) => (device.flags = 4),
};
for (const [name, spoil] of Object.entries(kWrong)) {
    test(`registering: ${name} is refused, by the judge too`, needsOwn, async () => {
        const device = new SoftAuthenticator(origin);
        spoil(device);
        const person = await withPassword();
        const options = await person.me('/passkeys/options', 'POST', {}, 200);
        const passkey = device.register(options);
        await assert.rejects(
            verifyRegistrationResponse({
                response: passkey,
                expectedChallenge: options.challenge,
                expectedOrigin: origin,
                expectedRPID: 'localhost',
            }),
        );
        const answer = await person.ask('POST', '/musubi/v1/me/passkeys', { passkey });
        assert.equal(answer.status, 403);
        assert.match(answer.body.instance, /^\/passkey\/response\//);
        assert.deepEqual(await person.me('/passkeys'), []);
    });
    test(`signing in: ${name} is refused`, needsOwn, async () => {
        const { device } = await withPasskey();
        const browser = new Person();
        const question = await asked(browser);
        spoil(device);
        const answer = await signIn(browser, device.assert(question));
        assert.equal(answer.status, 403, JSON.stringify(answer.body));
        assert.equal(browser.cookie, '');
    });
}

test('wrong type and cross-origin are refused', needsOwn, async () => {
    const { device } = await withPasskey();
    const browser = new Person();
    let answer = await signIn(browser, device.assert(await asked(browser), 'webauthn.create'));
    assert.equal(answer.status, 403);
    device.crossOrigin = true;
    answer = await signIn(browser, device.assert(await asked(browser)));
    assert.equal(answer.status, 403);
    device.crossOrigin = false;
    device.extra = { topOrigin: 'https://evil.example' };
    answer = await signIn(browser, device.assert(await asked(browser)));
    assert.equal(answer.status, 403);
});

test('a replayed challenge is refused, after success and after failure', needsOwn, async () => {
    const { device } = await withPasskey();
    const browser = new Person();
    const question = await asked(browser);
    const proof = device.assert(question);
    assert.equal((await signIn(browser, proof)).status, 201);
    assert.equal((await signIn(new Person(), proof)).status, 403);
    const other = await asked(browser);
    const wrong = device.assert(other);
    wrong.response.signature = base64url(Buffer.alloc(70));
    assert.equal((await signIn(new Person(), wrong)).status, 401);
    assert.equal((await signIn(new Person(), device.assert(other))).status, 403);
});

test('a challenge that the server did not make is refused', needsOwn, async () => {
    const { device } = await withPasskey();
    const own = { challenge: base64url(Buffer.alloc(32, 7)) };
    assert.equal((await signIn(new Person(), device.assert(own))).status, 403);
});

test('a challenge for one thing is good for nothing else', needsOwn, async () => {
    const { person, device } = await withPasskey();
    const adding = await person.me('/passkeys/options', 'POST', {}, 200);
    assert.deepEqual(
        adding.excludeCredentials.map((one) => one.id),
        [base64url(device.id)],
    );
    assert.equal((await signIn(new Person(), device.assert(adding))).status, 403);
    const second = new SoftAuthenticator(origin);
    const signing = await asked(person);
    const passkey = second.register({ ...signing, user: { id: device.userHandle } });
    assert.equal((await person.ask('POST', '/musubi/v1/me/passkeys', { passkey })).status, 403);
});

test('the challenge of another person, or of their other sign-in, is refused', needsOwn, async () => {
    const [first, second] = [await withPassword(), await withPassword()];
    const device = new SoftAuthenticator(origin);
    const options = await first.me('/passkeys/options', 'POST', {}, 200);
    const passkey = device.register(options);
    assert.equal((await second.ask('POST', '/musubi/v1/me/passkeys', { passkey })).status, 403);
    const again = new Person();
    await again.need(201, 'POST', '/musubi/v1/session', { name: first.name, password: kPassword });
    const theirs = device.register(await first.me('/passkeys/options', 'POST', {}, 200));
    assert.equal(
        (await again.ask('POST', '/musubi/v1/me/passkeys', { passkey: theirs })).status,
        403,
    );
});

test('the challenge of another invitation, or name, is refused', needsOwn, async () => {
    const person = new Person();
    const [one, two] = [
        { code: await invited(), name: nextName() },
        { code: await invited(), name: nextName() },
    ];
    const device = new SoftAuthenticator(origin);
    const accept = (who, passkey) =>
        person.ask('POST', '/musubi/v1/invitations/accept', { ...who, passkey });
    const begin = (who) => person.need(200, 'POST', '/musubi/v1/invitations/options', who);
    assert.equal((await accept(two, device.register(await begin(one)))).status, 403);
    const renamed = { ...one, name: nextName() };
    assert.equal((await accept(renamed, device.register(await begin(one)))).status, 403);
    const both = { ...one, password: kPassword };
    assert.equal((await accept(both, device.register(await begin(one)))).status, 400);
    assert.equal((await accept(one, device.register(await begin(one)))).status, 201);
});

test('a counter that went back is refused and in the journal', needsOwn, async () => {
    const { person, device } = await withPasskey();
    const browser = new Person();
    device.count = 9;
    assert.equal((await signIn(browser, device.assert(await asked(browser)))).status, 201);
    const copy = new Person();
    for (const count of [9, 8, 0]) {
        device.count = count;
        assert.equal((await signIn(copy, device.assert(await asked(copy)))).status, 401);
    }
    const [mine] = await person.me('/passkeys');
    const entry = (await journal()).find(
        (one) => one.kind === 'refusal' && one.details?.passkey === mine.id,
    );
    assert.equal(entry?.details.why, 'counter');
    device.count = 10;
    assert.equal((await signIn(copy, device.assert(await asked(copy)))).status, 201);
});

test('the key of another does not open an account (key substitution, key injection)', needsOwn, async () => {
    const { device } = await withPasskey();
    const attacker = new SoftAuthenticator(origin);
    attacker.id = device.id;
    attacker.userHandle = device.userHandle;
    const browser = new Person();
    let proof = attacker.assert(await asked(browser));
    assert.equal((await signIn(browser, proof)).status, 401);
    // Beside the proof, and within the authenticator's data.
    proof = attacker.assert(await asked(browser));
    proof.response.publicKey = base64url(attacker.publicKey);
    proof.response.publicKeyAlgorithm = -7;
    assert.equal((await signIn(browser, proof)).status, 401);
    const plain = attacker.data;
    attacker.data = () => plain.call(attacker, true);
    assert.equal((await signIn(browser, attacker.assert(await asked(browser)))).status, 400);
});

test('a registration keeps the key of the authenticator, not one that stands beside it', needsOwn, async () => {
    const person = await withPassword();
    const [device, attacker] = [new SoftAuthenticator(origin), new SoftAuthenticator(origin)];
    const passkey = device.register(await person.me('/passkeys/options', 'POST', {}, 200));
    passkey.response.publicKey = base64url(
        attacker.keys.publicKey.export({ type: 'spki', format: 'der' }),
    );
    await person.me('/passkeys', 'POST', { passkey });
    attacker.id = device.id;
    attacker.userHandle = device.userHandle;
    assert.equal((await signIn(new Person(), attacker.assert(await asked(new Person())))).status, 401);
    assert.equal((await signIn(new Person(), device.assert(await asked(new Person())))).status, 201);
});

test('algorithms that were not asked for are refused (alg confusion)', needsOwn, async () => {
    const person = await withPassword();
    for (const claimed of [-8, -257, -37, -65535]) {
        const device = new SoftAuthenticator(origin);
        const key = Buffer.from(device.publicKey);
        const at = key.indexOf(Buffer.from([3, 0x26]));
        const number = { '-8': [0x27], '-37': [0x38, 0x24] }[claimed] ?? [
            0x39,
            (-1 - claimed) >> 8,
            (-1 - claimed) & 255,
        ];
        const changed = Buffer.concat([
            key.subarray(0, at + 1),
            Buffer.from(number),
            key.subarray(at + 2),
        ]);
        Object.defineProperty(device, 'publicKey', { value: changed });
        const passkey = device.register(await person.me('/passkeys/options', 'POST', {}, 200));
        const answer = await person.ask('POST', '/musubi/v1/me/passkeys', { passkey });
        assert.equal(answer.status, 400, String(claimed));
    }
});

test('tampered, truncated, extra and enormous bytes are refused', needsOwn, async () => {
    const { person, device } = await withPasskey();
    const browser = new Person();
    const change = async (name, edit) => {
        const proof = device.assert(await asked(browser));
        const bytes = Buffer.from(proof.response[name], 'base64url');
        proof.response[name] = base64url(edit(bytes));
        return (await signIn(browser, proof)).status;
    };
    const space = (bytes) => Buffer.concat([bytes, Buffer.from(' ')]);
    assert.equal(await change('clientDataJSON', space), 401);
    assert.equal(await change('authenticatorData', space), 400);
    assert.equal(await change('authenticatorData', (bytes) => bytes.subarray(0, 36)), 400);
    assert.equal(await change('signature', () => Buffer.alloc(4000)), 400);
    assert.equal(await change('signature', () => Buffer.alloc(600)), 413);
    assert.equal(await change('clientDataJSON', () => Buffer.from('{}')), 400);
    const second = new SoftAuthenticator(origin);
    for (const edit of [
        (object) => object.subarray(0, object.length - 1),
        (object) => space(object),
        () => Buffer.from('bfff', 'hex'),
        () => Buffer.from('bb7fffffffffffffff', 'hex'),
        () => Buffer.concat([Buffer.from('a1', 'hex'), Buffer.alloc(2000, 0x81)]),
    ]) {
        const passkey = second.register(await person.me('/passkeys/options', 'POST', {}, 200));
        const object = Buffer.from(passkey.response.attestationObject, 'base64url');
        passkey.response.attestationObject = base64url(edit(object));
        const answer = await person.ask('POST', '/musubi/v1/me/passkeys', { passkey });
        assert.equal(answer.status, 400, JSON.stringify(answer.body));
        assert.equal(answer.body.instance, '/passkey/response/attestationObject');
    }
});

test('a duplicate credential is refused, whoever has it', needsOwn, async () => {
    const { person, device } = await withPasskey();
    const other = await withPassword();
    for (const who of [person, other]) {
        const passkey = device.register(await who.me('/passkeys/options', 'POST', {}, 200));
        const answer = await who.ask('POST', '/musubi/v1/me/passkeys', { passkey });
        assert.equal(answer.status, 409, JSON.stringify(answer.body));
    }
});

test('another user handle, and a passkey that nobody has, are refused alike', needsOwn, async () => {
    const { device } = await withPasskey();
    const { device: other } = await withPasskey();
    device.userHandle = other.userHandle;
    const browser = new Person();
    const mixed = await signIn(browser, device.assert(await asked(browser)));
    const stranger = new SoftAuthenticator(origin);
    stranger.userHandle = other.userHandle;
    const unknown = await signIn(browser, stranger.assert(await asked(browser)));
    assert.equal(mixed.status, 401);
    assert.deepEqual(unknown, mixed);
});

test('beginning a sign-in takes no name, and tells of nobody', needsOwn, async () => {
    const { person } = await withPasskey();
    const browser = new Person();
    const keys = Object.keys(await asked(browser)).sort();
    assert.deepEqual(keys, ['allowCredentials', 'challenge', 'rpId', 'timeout', 'userVerification']);
    const named = { name: person.name, passkey: {} };
    assert.equal((await browser.ask('POST', '/musubi/v1/session', named)).status, 400);
});

test('another site can not begin or finish a sign-in', needsOwn, async () => {
    const { device } = await withPasskey();
    const browser = new Person();
    const evil = { Origin: 'https://evil.example' };
    const begun = await browser.ask('POST', '/musubi/v1/session/options', {}, evil);
    assert.equal(begun.status, 403);
    const passkey = device.assert(await asked(browser));
    const done = await browser.ask('POST', '/musubi/v1/session', { passkey }, evil);
    assert.equal(done.status, 403);
});

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import {
    canonical,
    dayBounds,
    firstBroken,
    isRedactable,
    isSigned,
    type JournalEntry,
} from '../src/model/journal';

const sha256 = (...parts: (string | Buffer)[]) => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
};

/** Made as docs/journal.md has it, without the functions under test. */
function entry(number: number, previous: string, kind: string, details: string): JournalEntry {
    const salt = '00112233445566778899aabbccddeeff';
    const sealed = sha256(Buffer.from(salt, 'hex'), details);
    const at = '2026-11-26T09:00:00Z';
    const bound = `{"at":"${at}","kind":"${kind}","number":${number},"previous":"${previous}","sealed":"${sealed}","subject":"key:a","tenant":""}`;
    return {
        ...(JSON.parse(bound) as JournalEntry),
        hash: sha256(bound),
        salt,
        details: JSON.parse(details) as Record<string, unknown>,
    };
}

function chain(): JournalEntry[] {
    const first = entry(1, '0'.repeat(64), 'start', '{"format":1,"key":"k"}');
    const second = entry(2, first.hash, 'refusal', '{"status":403,"why":"\\"é\\"\\n"}');
    return [first, second];
}

test('the canonical form has its members in order and no blanks', () => {
    assert.equal(canonical({ b: [1, 'é"\n'], a: { d: null, c: true } }), '{"a":{"c":true,"d":null},"b":[1,"é\\"\\n"]}');
});

test('a chain holds whichever way round it came, and without redacted details', async () => {
    const [first, second] = chain();
    assert.equal(await firstBroken([second!, first!]), null);
    const { details, salt, ...redacted } = second!;
    assert.equal(await firstBroken([first!, redacted]), null);
    assert.ok(details && salt);
});

test('every change is found', async () => {
    const changes: ((entry: JournalEntry) => void)[] = [
        (one) => (one.at = '2026-11-26T09:00:01Z'),
        (one) => (one.subject = 'key:b'),
        (one) => (one.tenant = 'x'),
        (one) => (one.kind = 'access'),
        (one) => (one.details = { status: 200 }),
        (one) => (one.salt = '0'.repeat(32)),
        (one) => (one.sealed = one.hash),
        (one) => (one.hash = one.sealed),
    ];
    for (const change of changes) {
        const entries = chain();
        change(entries[1]!);
        assert.equal(await firstBroken(entries), 2, String(change));
    }
    const [first, second] = chain();
    const other = entry(2, '1'.repeat(64), 'refusal', '{}');
    assert.equal(await firstBroken([first!, other]), 2);
    assert.ok(second);
});

test('a checkpoint is held against the known keys', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const x = publicKey.export({ format: 'jwk' }).x!;
    const at = '2026-11-26T09:00:00Z';
    const signed = `{"at":"${at}","details":{"key":"ed25519:${x}","why":"stop"},"kind":"checkpoint","number":3,"previous":"${'a'.repeat(64)}","subject":"","tenant":""}`;
    const signature = sign(null, Buffer.from(`musubi journal checkpoint 1\n${signed}`), privateKey);
    const whole = JSON.parse(signed) as JournalEntry;
    whole.details!.signature = signature.toString('base64url');
    assert.equal(await isSigned(whole, [{ x }]), true);
    assert.equal(await isSigned({ ...whole, number: 4 }, [{ x }]), false);
    assert.equal(await isSigned(whole, []), false);
});

test('proofs keep their details, and what is redacted is so', () => {
    const [first, second] = chain();
    assert.equal(isRedactable(first!), false);
    assert.equal(isRedactable(second!), true);
    const { details, ...redacted } = second!;
    assert.equal(isRedactable(redacted), false);
    assert.ok(details);
});

test('days are those of Japan, the last one whole', () => {
    assert.deepEqual(dayBounds('2026-11-26', '2026-11-26'), {
        from: '2026-11-25T15:00:00.000Z',
        to: '2026-11-26T15:00:00.000Z',
    });
    assert.deepEqual(dayBounds('', 'x'), { from: '', to: '' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffOf, piecesOf } from '../src/model/diff';
import { changesOf, readPolicies, shortName, UnreadableText } from '../src/model/policies';

const kText = `[policies]
version = "1"

[[permission]]
id = "a"
action = ["read"]
type = ["T"]
from = 2026-04-01T00:00:00+09:00
coarsen = { location = "500 m", level = 0.5 }

[[prohibition]]
id = "b"
action = ["read", "delete"]

[[personal]]
type = ["CareVisit"]
purpose = ["care"]
`;

test('a text is read in the order of permissions, prohibitions, personal types', () => {
    const read = readPolicies(kText);
    assert.deepEqual(
        read.rules.map((rule) => [rule.kind, rule.id]),
        [
            ['permission', 'a'],
            ['prohibition', 'b'],
        ],
    );
    assert.equal(read.rules[0]!.from, Date.parse('2026-03-31T15:00:00Z'));
    assert.deepEqual(read.rules[0]!.coarsen, [
        ['location', '500 m'],
        ['level', 0.5],
    ]);
    assert.deepEqual(read.personal[0]!.purpose, ['care']);
});

test('what is no TOML is told with its line, and odd shapes are read as nothing', () => {
    assert.throws(
        () => readPolicies('[policies]\nversion = \n'),
        (error) => error instanceof UnreadableText && error.line === 2,
    );
    assert.deepEqual(readPolicies('permission = 3\npersonal = "x"\n').rules, []);
    assert.deepEqual(readPolicies('[[permission]]\nrole = "reader"\ngeo = 1\n').rules[0]!.role, [
        'reader',
    ]);
});

test('changes are told by the ids of policies', () => {
    const after = kText.replace('"T"', '"U"').replace('id = "b"', 'id = "c"');
    const changes = changesOf(readPolicies(kText), readPolicies(after));
    const ids = (rules: { id: string }[]) => rules.map((rule) => rule.id);
    assert.deepEqual(ids(changes.added), ['c']);
    assert.deepEqual(ids(changes.removed), ['b']);
    assert.deepEqual(ids(changes.changed), ['a']);
    assert.equal(changes.personal, false);
});

test('a difference gives back both texts, and is the shortest', () => {
    const texts = ['', 'a\nb\nc\n', 'a\nx\nc\nd\n', 'c\na\nb\n', '\n\n', 'a'];
    for (const before of texts)
        for (const after of texts) {
            const lines = diffOf(before, after);
            const of = (kind: string) =>
                lines.filter((line) => line.kind !== kind).map((line) => line.text);
            const plain = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
            assert.deepEqual(of('added'), plain(before));
            assert.deepEqual(of('removed'), plain(after));
        }
    const kinds = diffOf('a\nb\nc\n', 'a\nx\nc\nd\n').map((line) => line.kind[0]);
    assert.equal(kinds.join(''), 'srasa');
});

test('what is alike is left out but for a few lines around', () => {
    const before = Array.from({ length: 20 }, (_, at) => `line ${at}`).join('\n');
    const pieces = piecesOf(diffOf(before, before.replace('line 10', 'other')), 2);
    assert.deepEqual(
        pieces.map((piece) => piece.skipped || piece.lines.length),
        [8, 6, 7],
    );
    assert.deepEqual(
        piecesOf(diffOf('a', 'a')).map((piece) => piece.skipped),
        [1],
    );
});

test('names that are URIs are shown by their last part', () => {
    assert.equal(shortName('https://example.org/dataModel/FloodMonitoring'), 'FloodMonitoring');
    assert.equal(shortName('CareVisit'), 'CareVisit');
});

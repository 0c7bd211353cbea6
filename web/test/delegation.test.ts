import assert from 'node:assert/strict';
import { test } from 'node:test';
import { borrowed, choicesOf, lendable, loanEnd, membersOf } from '../src/model/delegation';
import { onlyIn } from '../src/model/loop_schema';

const grant = (id: string, more: object = {}) => ({
    id,
    tenant: '',
    role: 'data-owner',
    types: [],
    holds: true,
    ...more,
});
const office = (id: string) => ({ id, name: { ja: id } });

test('people are counted where they belong', () => {
    const people = [office('a'), office('b'), office('a'), null].map((organisation) => ({
        organisation,
    }));
    assert.deepEqual([...membersOf(people)], [['a', 2], ['b', 1]]);
});

test('an organisation that is not among those known can be chosen where one belongs to it', () => {
    const known = [office('a')];
    assert.deepEqual(choicesOf(known, null), known);
    assert.deepEqual(choicesOf(known, office('a')), known);
    assert.deepEqual(
        choicesOf(known, office('b')).map(({ id }) => id),
        ['a', 'b'],
    );
});

test('only what is one’s own and holds is lent', () => {
    const grants = [
        grant('own'),
        grant('over', { holds: false }),
        grant('lent', { lentBy: 'somebody' }),
        grant('resident', { role: 'citizen' }),
    ];
    assert.deepEqual(
        lendable(grants).map(({ id }) => id),
        ['own'],
    );
    assert.deepEqual(
        borrowed(grants).map(({ id }) => id),
        ['lent'],
    );
});

test('a loan ends with its last day in Japan, or with the role on that day', () => {
    const end = '2027-03-31T14:59:59.000Z';
    assert.equal(loanEnd('2027-03-31'), end);
    assert.equal(loanEnd('2027-03-31', '2027-03-31T03:00:00Z'), '2027-03-31T03:00:00.000Z');
    assert.equal(loanEnd('2027-03-31', '2027-03-31T14:59:59.500Z'), end);
    // On another day it is for the server to refuse what is too long.
    assert.equal(loanEnd('2027-03-31', '2027-03-30T03:00:00Z'), end);
    assert.equal(loanEnd('2027-03-31', '2027-03-31T15:00:00Z'), end);
});

test('a reason is told in the language of the reader, or not at all', () => {
    assert.equal(onlyIn('組織がありません / no such organisation', 'ja'), '組織がありません');
    assert.equal(onlyIn('組織がありません / no such organisation', 'en'), 'no such organisation');
    assert.equal(onlyIn('it is a list of names', 'ja'), '');
    assert.equal(onlyIn('it is a list of names', 'en'), 'it is a list of names');
    assert.equal(onlyIn('名前の一覧です', 'en'), '');
    assert.equal(onlyIn('', 'ja'), '');
});

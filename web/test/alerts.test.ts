import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entity, Levels } from '../src/api/types';
import { alertOf, bookOf, countByMark } from '../src/model/alerts';

const levels: Levels = {
    version: 'test',
    items: [{ attribute: 'alertLevel', level: 2, name: { ja: '氾濫注意水位' } }],
};

function alert(id: string, more: Partial<Entity> = {}) {
    return alertOf(
        { id, type: 'Alert', status: 'open', validFrom: '2021-08-14T08:00:00Z', ...more },
        levels,
    );
}

test('an alert is read from its concise entity', () => {
    const read = alert('a', {
        subCategory: 'alertLevel',
        description: { value: { ja: '水位のお知らせ', en: 'Water level notice' } },
        validFrom: { value: { '@type': 'DateTime', '@value': '2021-08-14T08:00:00Z' } },
        measured: { value: 4.9, unitCode: 'MTR', observedAt: '2021-08-14T08:00:00Z' },
        threshold: 4.8,
        actions: [{ at: '2021-08-14T08:10:00Z', by: '山田', text: '確認した' }],
    });
    assert.equal(read.level, 2);
    assert.equal(read.since, Date.parse('2021-08-14T08:00:00Z'));
    assert.equal(read.words?.en, 'Water level notice');
    assert.equal(read.measured?.value, 4.9);
    assert.deepEqual(
        read.actions.map((action) => action.text),
        ['確認した'],
    );
    assert.equal(read.closed, null);
});

test('a single action may come bare, and json values are opened', () => {
    const read = alert('a', {
        actions: { at: '2021-08-14T08:10:00Z', by: '山田', text: '確認した' },
        description: { json: { ja: 'x', en: 'y' } },
    });
    assert.equal(read.actions.length, 1);
    assert.equal(read.words?.ja, 'x');
});

test('the highest level comes first, then the oldest', () => {
    const book = bookOf([
        alert('silent', { severity: 'low', subCategory: 'silentSensor' }),
        alert('standby', { severity: 'low', subCategory: 'standbyLevel' }),
        alert('new2', { level: 2, validFrom: '2021-08-14T08:30:00Z' }),
        alert('old2', { level: 2 }),
        alert('4', { level: 4, status: 'taken' }),
    ]);
    assert.deepEqual(
        book.open.map((a) => a.id),
        ['4', 'old2', 'new2', 'silent', 'standby'],
    );
    assert.deepEqual(countByMark(book.open), [
        { kind: 'level', level: 4, count: 1 },
        { kind: 'level', level: 2, count: 2 },
        { kind: 'standby', level: null, count: 1 },
        { kind: 'silent', level: null, count: 1 },
    ]);
});

test('look-aheads for staff stand apart, closed ones by their end', () => {
    const book = bookOf([
        alert('ahead', { staffOnly: true, level: 3 }),
        alert('early', { status: 'closed', validTo: '2021-08-14T09:00:00Z' }),
        alert('late', { status: 'closed', validTo: '2021-08-14T10:00:00Z' }),
    ]);
    assert.deepEqual(book.open, []);
    assert.deepEqual(
        book.lookAhead.map((a) => a.id),
        ['ahead'],
    );
    assert.deepEqual(
        book.closed.map((a) => a.id),
        ['late', 'early'],
    );
});

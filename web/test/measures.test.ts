import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf, unitWords, valueText, type Measure, type ValueRevision } from '../src/model/measures';

const revision = (number: number): ValueRevision => ({
    revision: number,
    writtenAt: '2026-11-27T00:00:00Z',
    value: number,
    readings: 1,
    entities: 1,
    hash: 'h',
    codeVersion: 'measures-3',
    why: [],
});

test('revisions stand with the newest first, each beside what it was before', () => {
    const changes = changesOf([revision(3), revision(4), revision(5)]);
    assert.deepEqual(
        changes.map(({ now, before }) => [now.revision, before?.revision]),
        [
            [5, 4],
            [4, 3],
            [3, undefined],
        ],
    );
    assert.deepEqual(changesOf([]), []);
});

test('a value has the word of its unit, thousands apart and a true minus', () => {
    const of = (unit: string, decimals: number) => ({ unit, decimals }) as Measure;
    assert.equal(valueText(of('IE', 0), 250, 'ja'), '250 人');
    assert.equal(valueText(of('IE', 0), 250, 'en'), '250 people');
    assert.equal(valueText(of('JPY', 0), -25000, 'ja'), '−25,000 円');
    assert.equal(valueText(of('JPY', 0), 20000, 'en'), '20,000 yen');
    assert.equal(valueText(of('HUR', 1), 12.5, 'ja'), '12.5 時間');
    assert.equal(valueText(of('HUR', 1), 12.5, 'en'), '12.5 h');
    assert.equal(valueText(of('P1', 1), -0.04, 'ja'), '0.0%');
    assert.equal(valueText(of('C62', 0), 1234, 'ja'), '1,234');
    assert.equal(valueText(of('MTR', 2), 1.4, 'ja'), '1.40 m');
    assert.equal(unitWords('MTQ', 'ja'), 'm³');
    assert.equal(unitWords('XYZ', 'ja'), 'XYZ');
});

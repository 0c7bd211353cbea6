import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf, type ValueRevision } from '../src/model/measures';

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

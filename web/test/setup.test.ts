import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoopKinds } from '../src/model/loop_schema';
import { documentOf, emptyDraft, lacksOf, nextNode, placeOf, readDraft } from '../src/model/setup';

const line = { type: 'string', maxLength: 200 };
const kinds = {
    version: 'loop-1',
    slots: [],
    kinds: [
        {
            type: 'Issue',
            schema: { properties: { title: line, description: line }, required: ['title'] },
        },
        { type: 'Project', schema: { properties: { title: line }, required: ['title'] } },
        {
            type: 'LogicModel',
            schema: {
                properties: {
                    nodes: { type: 'array', items: { properties: { words: line } } },
                    arrows: { type: 'array', items: { properties: { assumption: line } } },
                },
            },
        },
        {
            type: 'Stage',
            schema: {
                properties: {
                    looks: { type: 'integer' },
                    comparison: { type: 'array', items: line },
                    expectations: { items: { properties: { threshold: { type: 'number' } } } },
                },
            },
        },
    ],
} as unknown as LoopKinds;

test('an empty draft has a box of each kind, and arrows between them', () => {
    const draft = emptyDraft('p', 2026);
    assert.deepEqual(draft.arrows.map(({ from, to }) => from + to), ['n1n2', 'n2n3', 'n3n4']);
    assert.equal(nextNode(draft.nodes), 'n5');
    assert.equal(nextNode(draft.nodes.slice(0, 1)), 'n2');
    assert.deepEqual(readDraft(JSON.stringify(draft)), draft);
    assert.equal(readDraft('{"slug":"x"}'), null);
    assert.equal(readDraft('nonsense'), null);
});

test('each step says what it lacks, at its place', () => {
    const draft = emptyDraft('p', 2026);
    const none = () => false;
    assert.deepEqual(lacksOf(0, draft, kinds, none), { 'Issue/title': 'missing' });
    assert.equal(Object.keys(lacksOf(2, draft, kinds, none)).length, 4 + 3);
    assert.deepEqual(lacksOf(3, draft, kinds, none), { 'Project/measures': 'missing' });
    draft.measures = [{ measure: 'm', node: 'n4', group: '', better: 'up', threshold: 'x' }];
    assert.deepEqual(lacksOf(3, draft, kinds, none), {});
    assert.deepEqual(lacksOf(4, draft, kinds, () => true), {
        'Stage/expectations/0/threshold': 'number',
        'Stage/expectations/0/group': 'missing',
    });
});

test('what is sent holds together: ids, measures at their part, numbers as numbers', () => {
    const draft = emptyDraft('p', 2026);
    draft.measures = [{ measure: 'm', node: 'n4', group: '', better: 'up', threshold: '0.5' }];
    draft.stage = { kind: 'pilot', looks: '2', estimator: 'differences', comparison: 'a、b, c' };
    const { document, stage } = documentOf(draft, kinds);
    assert.equal(stage, 'p-pilot');
    assert.deepEqual(document.LogicModel.p!.nodes[3]!, {
        id: 'n4',
        kind: 'outcome',
        words: '',
        measures: ['m'],
    });
    const sent = document.Stage['p-pilot'] as unknown as Record<string, unknown>;
    assert.deepEqual(sent.expectations, [{ measure: 'm', better: 'up', threshold: 0.5 }]);
    assert.equal(sent.looks, 2);
    assert.deepEqual(sent.comparison, ['a', 'b', 'c']);
});

test('a pointer of the server leads to its step', () => {
    assert.deepEqual(placeOf('/LogicModel/p/arrows/2/to'), {
        step: 2,
        place: 'LogicModel/arrows/2/to',
    });
    assert.deepEqual(placeOf('/Project/p/measures/0')?.step, 3);
    assert.equal(placeOf('urn:ngsi-ld:Stage:x'), null);
    assert.equal(placeOf(''), null);
});

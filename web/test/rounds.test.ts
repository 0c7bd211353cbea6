import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    emptyRound,
    lacksOfRound,
    meansOf,
    membersOfRound,
    reasonOf,
    scoresOf,
    weighted,
    wholeOf,
    type RoundResult,
} from '../src/model/rounds';

const criteria = [
    { id: 'need', words: '切実さ', wordsEn: 'Need', weight: 3 },
    { id: 'stands', words: '自走', wordsEn: 'Stands', weight: 2 },
];

test('a whole number may have full-width digits and commas, and keeps its bounds', () => {
    assert.equal(wholeOf('５０', 100), 50);
    assert.equal(wholeOf(' 12,000 ', 20_000), 12_000);
    for (const wrong of ['', '101', '-1', '5.5', '五']) assert.equal(wholeOf(wrong, 100), null, wrong);
});

test('a candidate without points is left out; one with a part of them is wrong', () => {
    const candidates = ['boar', 'snow', 'bus'].map((id) => ({ id, words: id, cost: 1 }));
    const made = scoresOf(
        { candidates, criteria },
        { boar: { need: '90', stands: '40' }, snow: { need: '', stands: ' ' }, bus: { need: '1', stands: '' } },
    );
    assert.deepEqual(made.wrong, ['bus-stands']);
    assert.deepEqual(made.scores[0], { candidate: 'boar', points: { need: 90, stands: 40 } });
    assert.equal(made.scores.length, 2);
});

test('a mean is of those who gave points, a score its weighted sum', () => {
    const one = (reviewer: string, points: Record<string, number>) => ({
        reviewer,
        own: false,
        scores: [{ candidate: 'boar', points }],
    });
    const all = [one('a', { need: 90, stands: 40 }), one('b', { need: 80, stands: 30 }), { reviewer: 'c', own: true, scores: [] }];
    const means = meansOf(criteria, all, 'boar');
    assert.deepEqual(means, { need: 85, stands: 35 });
    assert.equal(weighted(criteria, means), 325);
    assert.deepEqual(meansOf(criteria, all, 'snow'), {});
});

test('a reason is the difference to the best choice of the other way', () => {
    const result: RoundResult = {
        budget: 10,
        cost: 9,
        score: 100,
        chosen: [],
        others: [],
        otherwise: {
            worse: { score: 90, cost: 10, in: ['a'], out: ['b'] },
            dearer: { score: 100, cost: 10, in: [], out: [] },
            later: { score: 100, cost: 9, in: [], out: ['b'] },
            over: null,
            none: null,
        },
    };
    assert.deepEqual(reasonOf(result, { id: 'worse', cost: 1 }), { kind: 'worse', score: 90, by: 10, in: ['a'], out: ['b'] });
    assert.equal(reasonOf(result, { id: 'dearer', cost: 1 }).kind, 'dearer');
    assert.equal(reasonOf(result, { id: 'later', cost: 1 }).kind, 'later');
    assert.equal(reasonOf(result, { id: 'over', cost: 11 }).kind, 'over');
    assert.equal(reasonOf(result, { id: 'none', cost: 9 }).kind, 'none');
    assert.equal(reasonOf(result, { id: 'missing', cost: 9 }).kind, 'unknown');
});

test('a round is sent with its criteria in both languages, or says what it lacks', () => {
    const form = emptyRound('2027-04-01');
    assert.deepEqual(lacksOfRound(form), ['title', 'budget', 'words-0', 'wordsEn-0', 'words-1', 'wordsEn-1', 'candidates']);
    form.title = '絞り込み';
    form.budget = '5,000';
    form.criteria = [{ words: '切実さ', wordsEn: 'Need', weight: '3' }];
    form.candidates = { boar: { cost: '3100', wordsEn: '' } };
    assert.deepEqual(lacksOfRound(form), []);
    assert.deepEqual(membersOfRound(form, new Map([['boar', '獣害']])), {
        title: '絞り込み',
        budget: 5000,
        criteria: [{ id: 'c1', words: '切実さ', wordsEn: 'Need', weight: 3 }],
        candidates: [{ id: 'boar', words: '獣害', cost: 3100, project: 'urn:ngsi-ld:Project:boar' }],
    });
});

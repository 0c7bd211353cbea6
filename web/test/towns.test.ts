import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparedFeatures, featureText, type TownsAlike } from '../src/model/towns';

const feature = (id: string) => ({ id, ja: id, en: id, unitJa: '', unitEn: '', value: 1, used: true });
const other = {
    code: '2',
    prefecture: '',
    name: '',
    distance: 0.5,
    compared: 2,
    parts: [
        { feature: 'near', value: 1, part: 0.1 },
        { feature: 'missing', value: null, part: null },
        { feature: 'far', value: 9, part: 0.4 },
    ],
};
const all: TownsAlike = {
    town: { code: '1', prefecture: '', name: '' },
    method: 'gower',
    source: '',
    towns: 2,
    features: ['near', 'missing', 'far'].map(feature),
    notCompared: 0,
    like: [other],
};

test('what parts two towns most comes first, what is missing last and without a bar', () => {
    assert.deepEqual(
        comparedFeatures(all, other).map((one) => [one.feature.id, one.bar]),
        [
            ['far', 100],
            ['near', 25],
            ['missing', 0],
        ],
    );
});

test('a size is whole, a share has two decimals', () => {
    assert.deepEqual([featureText(68302), featureText(14.0538)], ['68,302', '14.05']);
});

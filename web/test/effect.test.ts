/** The picture of an effect: both lines to one scale, the start between two periods, round steps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectShape, kPicture, labelOf, roundSteps, type EffectPoint } from '../src/model/effect';
import type { MeasureValue } from '../src/model/measures';

const series = (observed: number[], counterfactual: number[], first: number): EffectPoint[] =>
    observed.map((value, at) => ({
        period: String(at + 1),
        observed: value,
        counterfactual: counterfactual[at]!,
        after: at >= first,
    }));
const points = (line: string) => line.split(' ').map((point) => point.split(',').map(Number));

test('both lines lie within the picture, higher values higher up, on one scale', () => {
    const shape = effectShape(series([1, 2, 5, 6], [1, 2, 2, 3], 2));
    const [observed, without] = [points(shape.observed), points(shape.counterfactual)];
    assert.deepEqual(observed.slice(0, 2), without.slice(0, 2));
    assert.ok(observed[3]![1]! < without[3]![1]!);
    for (const [x, y] of [...observed, ...without]) {
        assert.ok(x! >= kPicture.left && x! <= kPicture.width - kPicture.right);
        assert.ok(y! >= kPicture.top && y! <= kPicture.height - kPicture.bottom);
    }
    assert.ok(shape.start > observed[1]![0]! && shape.start < observed[2]![0]!);
});

test('a line without movement, and one of a single period, are drawn', () => {
    for (const shape of [effectShape(series([3, 3], [3, 3], 1)), effectShape(series([0], [0], 1))]) {
        for (const [x, y] of points(shape.observed)) assert.ok(Number.isFinite(x) && Number.isFinite(y));
        assert.ok(shape.ticks.length > 0);
    }
});

test('steps are round', () => {
    assert.deepEqual(roundSteps(0.13, 0.98), [0.2, 0.4, 0.6, 0.8]);
    assert.deepEqual(roundSteps(-800, 110), [-800, -600, -400, -200, 0]);
    assert.deepEqual(roundSteps(1.2, 1.2), [1.2]);
});

test('labels are days, and months where the picture goes over more than 300 days', () => {
    const value = (from: string) => ({ from }) as MeasureValue;
    const days = [value('2021-06-10T15:00:00Z'), value('2021-06-11T15:00:00Z')];
    assert.equal(labelOf(days, 0), '06-11');
    assert.equal(labelOf([...days, value('2022-06-11T15:00:00Z')], 1), '2021-06');
    assert.equal(labelOf([], 0), '');
});

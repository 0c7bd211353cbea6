import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    joined,
    kHour,
    kMinute,
    nearest,
    ordered,
    trendOf,
    withGaps,
    type Reading,
} from '../src/model/series';

const every10 = (values: number[]): Reading[] =>
    values.map((value, i) => ({ time: i * 10 * kMinute, value }));

test('readings come in order, the last one said for a time wins', () => {
    const series = ordered([
        { time: 20, value: 2 },
        { time: 10, value: 1 },
        { time: 20, value: 3 },
    ]);
    assert.deepEqual(series, [
        { time: 10, value: 1 },
        { time: 20, value: 3 },
    ]);
});

test('a repeated reading changes nothing, a late one finds its place', () => {
    const series = every10([1, 2]);
    assert.equal(joined(series, { ...series[1]! }), series);
    const late = joined(series, { time: 5 * kMinute, value: 9 });
    assert.deepEqual(
        late.map((r) => r.value),
        [1, 9, 2],
    );
});

test('old readings are let go', () => {
    const series = joined(every10([1, 2, 3]), { time: 30 * kMinute, value: 4 }, 15 * kMinute);
    assert.deepEqual(
        series.map((r) => r.value),
        [3, 4],
    );
});

test('a straight rise gives its rate and direction', () => {
    const trend = trendOf(every10([1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6]))!;
    assert.ok(Math.abs(trend.rate - 0.6) < 1e-9);
    assert.equal(trend.direction, 'up');
    assert.equal(trend.count, 7);
    assert.equal(trendOf(every10([2, 1.9, 1.8]))!.direction, 'down');
    assert.equal(trendOf(every10([2, 2.005, 2]))!.direction, 'level');
});

test('only the last hour counts for the rate', () => {
    assert.equal(trendOf([{ time: -5 * kHour, value: 9 }, ...every10([1, 1, 1])])!.rate, 0);
});

test('dense readings are judged by their last ten minutes', () => {
    const rising = Array.from({ length: 60 }, (_, i) => ({
        time: 6 * kHour + i * 10_000,
        value: 1 + i / 100,
    }));
    const calm = every10([1, 1, 1, 1, 1, 1]).map((r) => ({ ...r, time: r.time + 5 * kHour }));
    const trend = trendOf([...calm, ...rising])!;
    assert.ok(trend.rate > 2, String(trend.rate));
    assert.equal(trend.from, 5 * kHour + 50 * kMinute);
});

test('too little says nothing', () => {
    assert.equal(trendOf([]), null);
    assert.equal(trendOf(every10([1])), null);
    assert.equal(trendOf(every10([1, 2])), null);
});

test('the nearest reading is taken, within the tolerance', () => {
    const series = every10([1, 2, 3]);
    assert.equal(nearest(series, 12 * kMinute, 5 * kMinute)!.value, 2);
    assert.equal(nearest(series, 2 * kHour, 30 * kMinute), null);
});

test('a line breaks where readings are missing', () => {
    const [times, values] = withGaps([...every10([1, 2]), { time: 3 * kHour, value: 3 }]);
    assert.deepEqual(values, [1, 2, null, 3]);
    assert.equal(times.length, 4);
});

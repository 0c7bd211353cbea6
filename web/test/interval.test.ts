import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figureText, intervalShape } from '../src/model/interval';

test('an interval lies in its place beside its threshold, all of it on the scale', () => {
    const shape = intervalShape(2, 10, { low: 0, high: 4 });
    assert.equal(shape.low, 8);
    assert.equal(shape.threshold, 92);
    assert.equal(shape.at, 8 + 0.2 * 84);
    assert.equal(shape.high, 8 + 0.4 * 84);
    assert.equal(intervalShape(3, 3).at, 50);
    assert.deepEqual(intervalShape(1, 0), { low: 92, high: 92, at: 92, threshold: 8 });
});

test('figures have four digits and a true minus', () => {
    assert.equal(figureText(-0.42311), '−0.4231');
    assert.equal(figureText(97.5), '97.5');
    assert.equal(figureText(-25004.2), '−25,000');
});

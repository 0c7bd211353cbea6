import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fanShape, kindsOf, lineOf, percentText, thousands, tornadoBars, type MoneyYear } from '../src/model/money';

test('thousands are whole, with commas and a true minus; nothing is never negative', () => {
    assert.equal(thousands(-1867.454), '−1,867');
    assert.equal(thousands(13200), '13,200');
    assert.equal(thousands(-0.4), '0');
    assert.equal(percentText(-0.27636), '−27.64%');
});

test('a line keeps everything within it; without a span all stand in the middle', () => {
    const place = lineOf([-10, 30]);
    assert.deepEqual([place(-10), place(10), place(30)], [4, 50, 96]);
    assert.equal(lineOf([5, 5])(5), 50);
});

test('a bar of the tornado runs between its two ends, whichever is the low one', () => {
    const bar = { input: 'a', low: 1, high: 2, npvAtLow: 20, npvAtHigh: 0, swing: 20 };
    const { middle, bars } = tornadoBars({ npvAtMedians: 10, inputs: [bar] });
    assert.equal(middle, 50);
    assert.deepEqual(bars, [{ from: 4, to: 96, lowAt: 96, highAt: 4 }]);
});

test('a kind that is there in one year has its column', () => {
    const year = (fiscalYear: number, kinds: Record<string, number>): MoneyYear => ({
        fiscalYear,
        in: kinds,
        out: {},
        receipts: 0,
        cost: 0,
        net: 0,
        cash: 0,
    });
    assert.deepEqual(kindsOf([year(2027, { grant: 1 }), year(2028, { fee: 2, grant: 1 })], 'in'), [
        'grant',
        'fee',
    ]);
});

test('a fan has its years side by side, the greatest at the top, and 0 within', () => {
    const band = (fiscalYear: number, by: number) => ({
        fiscalYear,
        q05: -by,
        q25: 0,
        q50: by,
        q75: 2 * by,
        q95: 3 * by,
    });
    const shape = fanShape([band(2027, 10), band(2028, 20), band(2029, 30)]);
    assert.deepEqual([shape.top, shape.zero, shape.bottom], [4, 73, 96]);
    assert.deepEqual([shape.greatest, shape.least], [90, -30]);
    assert.equal(shape.middle, '0,65.333 50,57.667 100,50');
    assert.equal(shape.outer, '0,50 50,27 100,4 100,96 50,88.333 0,80.667');
    const one = fanShape([band(2027, 10)]);
    assert.equal(one.middle, '0,50 100,50');
});

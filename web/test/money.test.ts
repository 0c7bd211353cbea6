import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindsOf, lineOf, percentText, thousands, tornadoBars, type MoneyYear } from '../src/model/money';

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

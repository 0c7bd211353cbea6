import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kBoxWidth, layoutOf, wrapped } from '../src/model/logic_layout';
import { thresholdText, timeLineOf } from '../src/model/promises';

const node = (id: string, kind: string, words = id) => ({ id, kind, words });

test('words are broken between words, Japanese anywhere, and none is lost', () => {
    const english = wrapped('a gauge that tells the level every ten minutes', 120);
    assert.ok(english.length > 1 && english.every((line) => line.length < 18));
    assert.equal(english.join(' '), 'a gauge that tells the level every ten minutes');
    assert.deepEqual(wrapped('水位計の値が届く', 56), ['水位計の', '値が届く']);
});

test('columns stand in order, boxes of one do not overlap, every arrow has its number', () => {
    const layout = layoutOf(
        [node('o', 'outcome'), node('i', 'input'), node('j', 'input', '長'.repeat(40))],
        [
            { from: 'i', to: 'o', assumption: 'x' },
            { from: 'i', to: 'gone', assumption: 'y' },
            { from: 'i', to: 'j', assumption: 'z' },
        ],
    );
    const [outcome, first, second] = layout.boxes;
    assert.ok(outcome!.x > first!.x + kBoxWidth);
    assert.ok(second!.y >= first!.y + first!.height);
    assert.ok(layout.height >= second!.y + second!.height);
    assert.deepEqual(layout.lines.map((line) => line.number), [1, 3]);
    assert.ok(layout.boxes.every((box) => box.x + kBoxWidth <= layout.width));
});

test('stages lie on the line by their days, the last day counted', () => {
    const line = timeLineOf(
        [
            { from: '2021-04-01', to: '2021-04-10' },
            { from: '2021-04-11', to: '2021-04-20' },
        ],
        Date.parse('2021-04-06T00:00:00+09:00'),
    )!;
    assert.deepEqual(line.spans, [
        { left: 0, width: 50 },
        { left: 50, width: 50 },
    ]);
    assert.equal(line.present, 25);
    assert.equal(timeLineOf([], 0), null);
    assert.equal(timeLineOf([{ from: '2021-04-01', to: '2021-04-02' }], 0)!.present, null);
});

test('a threshold is not rounded', () => {
    assert.equal(thresholdText({ unit: 'HUR', decimals: 1 } as never, 0.55, 'ja'), '0.55 時間');
    assert.equal(thresholdText({ unit: 'P1' } as never, -3, 'ja'), '−3%');
    assert.equal(thresholdText(undefined, 2, 'ja'), '2');
    assert.equal(thresholdText({ unit: 'JPY', decimals: 0 } as never, 20000.5, 'en'), '20,000.5 yen');
});

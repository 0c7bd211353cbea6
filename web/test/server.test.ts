import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventParser } from '../src/api/events';
import { readingsOf } from '../src/api/readings';

test('events are whole however the bytes are cut', () => {
    const text =
        ': beat\n\nid: 7\nevent: change\ndata: {"a":\ndata: 1}\n\nevent: reset\r\ndata:\r\n\r\n';
    const expected = [
        { event: 'change', data: '{"a":\n1}', id: '7' },
        { event: 'reset', data: '', id: '7' },
    ];
    for (let size = 1; size <= text.length; size++) {
        const parser = new EventParser();
        const events = [];
        for (let at = 0; at < text.length; at += size)
            events.push(...parser.push(text.slice(at, at + size)));
        assert.deepEqual(events, expected, `pieces of ${size}`);
    }
});

test('both shapes of history give the same readings, ascending', () => {
    const times = ['2021-08-14T09:00:00Z', '2021-08-14T08:50:00Z'];
    const pairs = {
        id: 'x',
        type: 'T',
        currentLevel: {
            type: 'Property',
            values: [
                [2.5, times[0]],
                [2.4, times[1]],
            ],
        },
    };
    const whole = {
        id: 'x',
        type: 'T',
        currentLevel: [
            { type: 'Property', value: 2.5, observedAt: times[0] },
            {
                type: 'Property',
                value: 2.4,
                observedAt: times[1],
                instanceId: 'urn:ngsi-ld:Instance:12-0',
            },
        ],
    };
    const values = (entity: object) =>
        readingsOf(entity as never, 'currentLevel').map((r) => r.value);
    assert.deepEqual(values(pairs), [2.4, 2.5]);
    assert.deepEqual(values(whole), [2.4, 2.5]);
    assert.equal(readingsOf(whole as never, 'currentLevel')[0]!.sequence, 12);
    assert.deepEqual(values({ id: 'x', type: 'T' }), []);
});

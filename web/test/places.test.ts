import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePlace, meet } from '../src/model/places';

const box = (left: number, top: number) => ({ left, top, width: 10, height: 10 });

test('boxes meet where they share ground, not where they touch', () => {
    assert.ok(meet(box(0, 0), box(9, 9)));
    assert.ok(!meet(box(0, 0), box(10, 0)));
    assert.ok(!meet(box(0, 0), box(0, 10)));
});

test('a label takes the first place that is free, or none', () => {
    const places = [box(0, 0), box(0, 20), box(50, 0)];
    assert.deepEqual(freePlace(places, []), places[0]);
    assert.deepEqual(freePlace(places, [box(5, 5)]), places[1]);
    assert.deepEqual(freePlace(places, [box(5, 5), box(0, 25)]), places[2]);
    assert.equal(freePlace(places, places), null);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePlace, markBox, meet, placeNames, type Mark } from '../src/model/places';

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

const mark = (id: string, x: number, y: number, name: Mark['name'] = 'near'): Mark => ({
    id,
    x,
    y,
    reach: 5,
    up: 5,
    down: 5,
    width: 40,
    height: 10,
    name,
});

test('a name stands to the right of its mark, or where there is room, and never outside', () => {
    const [place] = placeNames([mark('a', 50, 50)], 200, 100);
    assert.deepEqual(place, { id: 'a', box: { left: 60, top: 45, width: 40, height: 10 }, far: false });
    const [turned] = placeNames([mark('a', 190, 50)], 200, 100);
    assert.equal(turned!.box.left, 140);
    assert.deepEqual(placeNames([mark('a', 20, 5)], 40, 10), []);
    assert.deepEqual(placeNames([mark('a', -1, 5, 'always')], 200, 100), []);
});

test('names keep clear of every mark and of one another, and the first is served first', () => {
    const marks = [mark('a', 50, 50), mark('b', 75, 50), mark('c', 50, 62, 'none')];
    const places = placeNames(marks, 200, 100);
    assert.deepEqual(
        places.map(({ id }) => id),
        ['a', 'b'],
    );
    const boxes = [...marks.map(markBox), ...places.map(({ box }) => box)];
    for (const one of boxes)
        for (const other of boxes)
            assert.ok(one === other || !meet(one, other) || marks.some((m) => meet(markBox(m), one)));
    for (const { box } of places) assert.ok(!marks.some((m) => meet(markBox(m), box)));
});

test('what has to be named is named further off where it is crowded, the rest is not', () => {
    const crowd = [10, 20, 30, 40, 60, 70, 80, 90].flatMap((x) =>
        [90, 100, 110].map((y) => mark(`${x} ${y}`, x, y, 'none')),
    );
    const pressing = mark('pressing', 50, 100, 'always');
    const [place] = placeNames([pressing, ...crowd], 100, 200);
    assert.equal(place?.id, 'pressing');
    assert.ok(place.far);
    assert.deepEqual(placeNames([{ ...pressing, name: 'near' }, ...crowd], 100, 200), []);
});

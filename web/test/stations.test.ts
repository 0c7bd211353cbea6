import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entity, Levels } from '../src/api/types';
import { kSilentAfter, sorted, stationOf, type Station } from '../src/model/stations';

const levels: Levels = {
    version: 'test',
    items: [
        { attribute: 'dangerLevel', level: 4, name: { ja: '氾濫危険水位' } },
        { attribute: 'evacuationLevel', level: 3, name: { ja: '避難判断水位' } },
        { attribute: 'alertLevel', level: 2, name: { ja: '氾濫注意水位' } },
        { attribute: 'standbyLevel', level: null, name: { ja: '水防団待機水位' } },
    ],
};
const kNow = Date.parse('2021-08-14T09:00:00Z');

function gauge(level: number | null, more: Partial<Entity> = {}): Entity {
    return {
        id: 'urn:ngsi-ld:FloodMonitoring:fukui:1',
        type: 'FloodMonitoring',
        name: '九十九橋',
        riverName: '足羽川',
        ...(level === null
            ? {}
            : {
                  currentLevel: {
                      value: level,
                      unitCode: 'MTR',
                      observedAt: '2021-08-14T08:50:00Z',
                  },
              }),
        dangerLevel: { value: 6.1, unitCode: 'MTR' },
        evacuationLevel: { value: 5.6, unitCode: 'MTR' },
        alertLevel: { value: 4.8, unitCode: 'MTR' },
        standbyLevel: 3.5,
        location: { type: 'Point', coordinates: [136.2, 36.06] },
        ...more,
    };
}

const at = (entity: Entity, silent = false, now = kNow): Station =>
    stationOf(entity, levels, [], now, silent);

test('a level below all thresholds is normal, and says how far the lowest is', () => {
    const station = at(gauge(2.47));
    assert.equal(station.kind, 'normal');
    assert.equal(station.level, null);
    assert.equal(station.next?.attribute, 'standbyLevel');
    assert.ok(Math.abs(station.toNext! - 1.03) < 1e-9);
});

test('a threshold is reached at its value, and carries its level', () => {
    assert.equal(at(gauge(3.5)).kind, 'standby');
    assert.equal(at(gauge(3.5)).level, null);
    assert.equal(at(gauge(4.8)).level, 2);
    assert.equal(at(gauge(5.6)).level, 3);
    assert.equal(at(gauge(6.09)).level, 3);
    assert.equal(at(gauge(6.1)).level, 4);
    assert.equal(at(gauge(6.1)).next, null);
});

test('a station without a threshold takes the next it has', () => {
    const entity = gauge(5.9);
    delete entity.evacuationLevel;
    assert.equal(at(entity).level, 2);
    assert.equal(at(entity).next?.attribute, 'dangerLevel');
});

test('without thresholds there is nothing to compare', () => {
    const entity = { id: 'x:1', type: 'FloodMonitoring', currentLevel: gauge(1).currentLevel };
    assert.equal(at(entity).kind, 'plain');
    assert.equal(at(entity).name, 'x:1');
});

test('silence is a state of its own, whatever the last level was', () => {
    assert.equal(at(gauge(null)).kind, 'silent');
    assert.equal(at(gauge(6.5), true).kind, 'silent');
    assert.equal(at(gauge(6.5), false, kNow + kSilentAfter).kind, 'silent');
    assert.equal(at(gauge(6.5), false, kNow + kSilentAfter).level, null);
});

test('normalized attributes are read as well as concise ones', () => {
    const station = at(
        gauge(2, {
            name: { type: 'Property', value: '河増' },
            location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [1, 2] } },
        }),
    );
    assert.equal(station.name, '河増');
    assert.deepEqual(station.position, [1, 2]);
});

test('what asks for attention comes first, what has no value last', () => {
    const stations = [
        at(gauge(2, { id: 'a:normal' })),
        at(gauge(6.2, { id: 'a:4' })),
        at(gauge(null, { id: 'a:silent' })),
        at(gauge(5, { id: 'a:2' })),
        at(gauge(3.6, { id: 'a:standby' })),
    ];
    const ids = (list: Station[]) => list.map((station) => station.id.slice(2));
    assert.deepEqual(ids(sorted(stations, 'state', true)), [
        '4',
        '2',
        'standby',
        'silent',
        'normal',
    ]);
    assert.deepEqual(ids(sorted(stations, 'level', false)), [
        'normal',
        'standby',
        '2',
        '4',
        'silent',
    ]);
    assert.deepEqual(ids(sorted(stations, 'level', true)), [
        '4',
        '2',
        'standby',
        'normal',
        'silent',
    ]);
    assert.deepEqual(ids(sorted(stations, 'next', false)), [
        '2',
        'standby',
        'normal',
        '4',
        'silent',
    ]);
});

/** What a station is and in which state; computed from its entity, the town's levels and the time. Pure. */
import type { Entity, Levels, Words } from '../api/types';
import { flagOf, pointOf, quantityOf, textOf, type Quantity } from './attributes';
import { kMinute, trendOf, type Reading, type Trend } from './series';

/** A threshold of one station, lowest first in `Station.thresholds`. */
export interface Threshold {
    attribute: string;
    level: number | null;
    name: Words;
    value: number;
}

export type StateKind =
    | 'level' // at or above a threshold that has a 警戒レベル
    | 'standby' // at or above a threshold without one
    | 'normal'
    | 'plain' // has no thresholds to compare with
    | 'silent'; // nothing (recent) to compare

export interface Station {
    id: string;
    name: string;
    river: string;
    address: string | null;
    synthetic: boolean;
    current: Quantity | null;
    position: [number, number] | null;
    thresholds: Threshold[];
    /** The highest threshold reached, by the last reading however old. */
    reached: Threshold | null;
    /** The lowest threshold not reached. */
    next: Threshold | null;
    /** From the current level up to `next`, in the unit of the level. */
    toNext: number | null;
    age: number | null;
    kind: StateKind;
    /** 警戒レベル相当 of the state; null when it has none. */
    level: number | null;
    trend: Trend | null;
}

/** Gauges report every ten minutes; after an hour without a reading the page no longer calls it the present. */
export const kSilentAfter = 60 * kMinute;

/** A level measured to the centimetre is not above a threshold by a rounding error of its sum. */
const kEpsilon = 1e-9;

export function thresholdsOf(entity: Entity, levels: Levels): Threshold[] {
    const found: Threshold[] = [];
    for (const item of levels.items) {
        const quantity = quantityOf(entity[item.attribute]);
        if (quantity) {
            const { attribute, level, name } = item;
            found.push({ attribute, level, name, value: quantity.value });
        }
    }
    return found.sort((a, b) => a.value - b.value || (a.level ?? 0) - (b.level ?? 0));
}

/** The last part of an id, by which a station without a name is called. */
export function shortId(id: string): string {
    return id.split(':').slice(-2).join(':');
}

export function stationOf(
    entity: Entity,
    levels: Levels,
    readings: Reading[],
    now: number,
    silentByAlert: boolean,
): Station {
    const current = quantityOf(entity.currentLevel);
    const thresholds = thresholdsOf(entity, levels);
    const passed = current ? thresholds.filter((t) => current.value >= t.value - kEpsilon) : [];
    const reached = passed[passed.length - 1] ?? null;
    const next = current
        ? (thresholds.find((t) => current.value < t.value - kEpsilon) ?? null)
        : null;
    const age =
        current && current.observedAt !== null ? Math.max(0, now - current.observedAt) : null;
    const silent = !current || silentByAlert || (age !== null && age > kSilentAfter);
    const kind: StateKind = silent
        ? 'silent'
        : reached
          ? reached.level === null
              ? 'standby'
              : 'level'
          : thresholds.length
            ? 'normal'
            : 'plain';
    return {
        id: entity.id,
        name: textOf(entity.name) ?? shortId(entity.id),
        river: textOf(entity.riverName) ?? '',
        address: textOf(entity.address),
        synthetic: flagOf(entity.synthetic),
        current,
        position: pointOf(entity.location),
        thresholds,
        reached,
        next,
        toNext: next && current ? next.value - current.value : null,
        age,
        kind,
        level: kind === 'level' && reached ? reached.level : null,
        trend: trendOf(readings),
    };
}

const kKindRank: Record<StateKind, number> = {
    level: 4,
    standby: 3,
    silent: 2,
    normal: 1,
    plain: 0,
};

/** Descending by how much a state asks for attention; a silent station before a calm one. */
export function compareState(a: Station, b: Station): number {
    return (
        (b.level ?? 0) - (a.level ?? 0) ||
        kKindRank[b.kind] - kKindRank[a.kind] ||
        (a.toNext ?? Infinity) - (b.toNext ?? Infinity) ||
        0
    );
}

export type SortKey = 'state' | 'name' | 'river' | 'level' | 'time' | 'next' | 'trend';

function sortValue(station: Station, key: SortKey): number | string | null {
    switch (key) {
        case 'name':
            return station.name;
        case 'river':
            return station.river;
        case 'level':
            return station.current?.value ?? null;
        case 'time':
            return station.current?.observedAt ?? null;
        case 'next':
            return station.toNext;
        case 'trend':
            return station.trend?.rate ?? null;
        case 'state':
            return null;
    }
}

/** Stations in the order of `key`; those without a value for it come last in either direction. */
export function sorted(stations: Station[], key: SortKey, descending: boolean): Station[] {
    const sign = descending ? -1 : 1;
    return [...stations].sort((a, b) => {
        if (key === 'state')
            return -sign * compareState(a, b) || a.name.localeCompare(b.name, 'ja');
        const x = sortValue(a, key);
        const y = sortValue(b, key);
        if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
        const order =
            typeof x === 'string' ? x.localeCompare(String(y), 'ja') : Number(x) - Number(y);
        return sign * order || compareState(a, b) || a.name.localeCompare(b.name, 'ja');
    });
}

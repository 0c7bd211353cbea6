/** Turns both shapes of a temporal answer into readings. */
import { bareValue, timeOf } from '../model/attributes';
import { ordered, type Reading } from '../model/series';
import type { Entity } from './types';

/** An instance is named after the commit that recorded it: `urn:ngsi-ld:Instance:<sequence>-<place>`. */
function sequenceOf(instanceId: unknown): number | null {
    const match = /^urn:ngsi-ld:Instance:(\d+)-\d+$/.exec(String(instanceId));
    return match ? Number(match[1]) : null;
}

function instanceOf(item: unknown): Reading | null {
    if (Array.isArray(item)) {
        const time = typeof item[1] === 'string' ? Date.parse(item[1]) : NaN;
        return typeof item[0] === 'number' && !Number.isNaN(time) ? { value: item[0], time } : null;
    }
    if (typeof item !== 'object' || item === null) return null;
    const parts = item as Record<string, unknown>;
    const value = bareValue(item);
    // What has no time of its own has that of its record, where it was asked for.
    const time = timeOf(parts.observedAt) ?? timeOf(parts.modifiedAt);
    if (typeof value !== 'number' || time === null) return null;
    const sequence = sequenceOf(parts.instanceId);
    return sequence === null ? { value, time } : { value, time, sequence };
}

/** The readings of `attribute` in a temporal entity, ascending. */
export function readingsOf(entity: Entity, attribute: string): Reading[] {
    const whole = entity[attribute];
    const pairs =
        typeof whole === 'object' && whole !== null && !Array.isArray(whole) && 'values' in whole
            ? (whole as { values: unknown }).values
            : whole;
    const items = Array.isArray(pairs) ? pairs : pairs === undefined ? [] : [pairs];
    const readings = items
        .map(instanceOf)
        .filter((reading): reading is Reading => reading !== null);
    // With lastN the newest come first; of two for one time the one recorded later has to be last.
    const newestFirst =
        readings.length > 1 && readings[0]!.time > readings[readings.length - 1]!.time;
    return ordered(newestFirst ? readings.reverse() : readings);
}

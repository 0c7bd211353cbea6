/** Which readings are opened behind a number. One dialog shows them, wherever the number stands. */
import { kHour } from '../model/series';
import type { Station } from '../model/stations';
import { t } from './language.svelte';

export interface ReadingsRequest {
    stationId: string;
    /** Which attribute, where it is not the level of a station. */
    attribute?: {
        name: string;
        /** What it is called, where not by its name. */
        label?: string;
        unit: string;
        /** It has no time of its own: the time of its record stands for it. */
        recorded: boolean;
    };
    from: number;
    to: number;
    /** The time of the reading the number came from. */
    marked: number | null;
    /** What the number was, in words. */
    title: string;
}

class OpenReadings {
    request = $state.raw<ReadingsRequest | null>(null);
}

export const openReadings = new OpenReadings();

export function showReadings(request: ReadingsRequest): void {
    openReadings.request = request;
}

/** Behind the present level of a station, and what is reckoned from it: the three hours up to it. */
export function behindLevel({ id, current }: Station): ReadingsRequest | null {
    if (!current || current.observedAt === null) return null;
    const { observedAt } = current;
    return {
        stationId: id,
        from: observedAt - 3 * kHour,
        to: observedAt,
        marked: observedAt,
        title: t('readings.behindLevel'),
    };
}

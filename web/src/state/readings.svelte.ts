/** Which readings are opened behind a number. One dialog shows them, wherever the number stands. */

export interface ReadingsRequest {
    stationId: string;
    /** Which attribute, where it is not the level of a station. */
    attribute?: {
        name: string;
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

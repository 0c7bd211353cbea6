/** The levels of all stations three hours, a day and a week ago, beside which the present ones are read. */
import { fetchReadings } from '../api/client';
import { readingsOf } from '../api/readings';
import { kMinute, kPast, nearest, type Reading } from '../model/series';
import type { Station } from '../model/stations';

/** A station may report so much later than the others, and the past is asked for again after so long. */
const kLate = 60 * kMinute;
const kRenewAfter = 10 * kMinute;
/** A replay runs through hours in seconds. */
const kAskEvery = 15_000;
/** As many as a gauge that reports every ten seconds gives in an hour. */
const kMostReadings = 400;

class Past {
    /** For each of `kPast` the readings about that time, by station. */
    private readings = $state.raw<Map<string, Reading[]>[]>(kPast.map(() => new Map()));
    private presentThen = -Infinity;
    private askedAt = -Infinity;

    /** Asks for the past where what is known is of another present. */
    renew(type: string, attribute: string, present: number): void {
        if (Math.abs(present - this.presentThen) < kRenewAfter) return;
        if (performance.now() - this.askedAt < kAskEvery) return;
        this.presentThen = present;
        this.askedAt = performance.now();
        kPast.forEach(({ span, tolerance }, i) => {
            const from = present - span - kLate - tolerance;
            const to = present - span + kRenewAfter + tolerance;
            void fetchReadings(type, attribute, { from, to, count: kMostReadings }).then(
                (entities) => {
                    const found = entities.map((one): [string, Reading[]] => [
                        one.id,
                        readingsOf(one, attribute),
                    ]);
                    this.readings = this.readings.map((was, at) => (at === i ? new Map(found) : was));
                },
                // The page stands without the past; it is asked for again.
                () => (this.presentThen = -Infinity),
            );
        });
    }

    /** The reading of a station nearest to each of the times of `kPast` before its last one. */
    of(station: Station): (Reading | null)[] {
        const time = station.current?.observedAt ?? null;
        return kPast.map(({ span, tolerance }, i) =>
            time === null
                ? null
                : nearest(this.readings[i]!.get(station.id) ?? [], time - span, tolerance),
        );
    }
}

export const past = new Past();

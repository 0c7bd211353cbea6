/** The history of the selected station: eight days back, and growing with the live feed. */
import { fetchHistory, Problem } from '../api/client';
import { readingsOf } from '../api/readings';
import { joined, kDay, kHour, type Reading } from '../model/series';

/** A week, and the tolerance with which "a week ago" is looked for. */
export const kHistoryLength = 7 * kDay + 2 * kHour;

export class StationHistory {
    readings = $state.raw<Reading[]>([]);
    state = $state<'loading' | 'ready' | 'failed'>('loading');
    problem = $state('');
    private asked = 0;

    async load(id: string, present: number): Promise<void> {
        const asked = ++this.asked;
        this.state = 'loading';
        this.readings = [];
        try {
            const entity = await fetchHistory(id, 'currentLevel', present - kHistoryLength);
            if (asked !== this.asked) return;
            this.readings = readingsOf(entity, 'currentLevel');
            this.state = 'ready';
        } catch (error) {
            if (asked !== this.asked) return;
            const problem = error instanceof Problem ? error : new Problem(0, String(error));
            // A station that never reported has no history: that is an answer, not a failure.
            this.state = problem.status === 404 ? 'ready' : 'failed';
            this.problem = problem.detail;
        }
    }

    absorb(recent: Reading[]): void {
        let readings = this.readings;
        const last = readings[readings.length - 1];
        for (const reading of recent) {
            if (!last || reading.time > last.time) readings = joined(readings, reading);
        }
        if (readings !== this.readings) this.readings = readings;
    }
}

/** The history of the selected station: eight days back, and growing with the live feed. */
import { fetchHistory, Problem } from '../api/client';
import { readingsOf } from '../api/readings';
import { joined, kDay, kHour, leavesGap, type Reading } from '../model/series';

/** A week, and the tolerance with which "a week ago" is looked for. */
export const kHistoryLength = 7 * kDay + 2 * kHour;

const kRefreshAfter = 3000;

export class StationHistory {
    readings = $state.raw<Reading[]>([]);
    state = $state<'loading' | 'ready' | 'failed'>('loading');
    problem = $state('');
    private asked = 0;
    private refresh: ReturnType<typeof setTimeout> | null = null;

    async load(id: string, present: number): Promise<void> {
        const asked = ++this.asked;
        this.state = 'loading';
        this.readings = [];
        await this.fetch(id, present, asked);
    }

    /** Fetches again what is shown, without taking it away meanwhile. */
    private refreshLater(id: string, present: number): void {
        this.refresh ??= setTimeout(() => {
            this.refresh = null;
            void this.fetch(id, present, this.asked);
        }, kRefreshAfter);
    }

    stop(): void {
        if (this.refresh) clearTimeout(this.refresh);
        this.asked += 1;
    }

    private async fetch(id: string, present: number, asked: number): Promise<void> {
        try {
            const entity = await fetchHistory(id, 'currentLevel', present - kHistoryLength);
            if (asked !== this.asked) return;
            this.readings = readingsOf(entity, 'currentLevel');
            this.state = 'ready';
        } catch (error) {
            // What is shown already is worth more than the news that it could not be renewed.
            if (asked !== this.asked || this.readings.length) return;
            const problem = error instanceof Problem ? error : new Problem(0, String(error));
            // A station that never reported has no history: that is an answer, not a failure.
            this.state = problem.status === 404 ? 'ready' : 'failed';
            this.problem = problem.detail;
        }
    }

    /** Joins what the live feed tells; where it passed readings over, they are fetched. */
    absorb(id: string, recent: Reading[]): void {
        let readings = this.readings;
        const last = readings[readings.length - 1];
        for (const reading of recent) {
            if (last && reading.time <= last.time) continue;
            if (leavesGap(readings, reading)) this.refreshLater(id, reading.time);
            readings = joined(readings, reading);
        }
        if (readings !== this.readings) this.readings = readings;
    }
}

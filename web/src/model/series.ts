/** A series of readings in ascending event time, and what can be said of it. Pure. */

export interface Reading {
    time: number;
    value: number;
    /** The commit sequence of the reading, where the server gives it. */
    sequence?: number;
}

export const kMinute = 60_000;
export const kHour = 60 * kMinute;
export const kDay = 24 * kHour;

/** Ascending, one reading for each event time: of two for the same time the later in the list wins. */
export function ordered(readings: Reading[]): Reading[] {
    const byTime = new Map<number, Reading>();
    for (const reading of readings) byTime.set(reading.time, reading);
    return [...byTime.values()].sort((a, b) => a.time - b.time);
}

/** `series` with `reading` joined in; the same array if it was there already. */
export function joined(series: Reading[], reading: Reading, keepSince = -Infinity): Reading[] {
    const last = series[series.length - 1];
    if (last && last.time === reading.time && last.value === reading.value) return series;
    const whole =
        !last || reading.time > last.time ? [...series, reading] : ordered([...series, reading]);
    return whole[0] && whole[0].time < keepSince ? whole.filter((r) => r.time >= keepSince) : whole;
}

/** Whether readings are missing between a series and one that came after it; gauges report every ten minutes. */
export function leavesGap(series: Reading[], reading: Reading): boolean {
    const last = series[series.length - 1];
    return last !== undefined && reading.time - last.time > 15 * kMinute;
}

export function between(series: Reading[], from: number, to: number): Reading[] {
    return series.filter((reading) => reading.time >= from && reading.time <= to);
}

/** The reading nearest to `time`, not further from it than `tolerance`. */
export function nearest(series: Reading[], time: number, tolerance: number): Reading | null {
    let best: Reading | null = null;
    for (const reading of series) {
        const distance = Math.abs(reading.time - time);
        if (distance <= tolerance && (!best || distance < Math.abs(best.time - time)))
            best = reading;
    }
    return best;
}

/** How far back a level is held against its own past, and how far from that time a reading may be. */
export const kPast = [
    { label: 'past.hours3', span: 3 * kHour, tolerance: 20 * kMinute },
    { label: 'past.day', span: kDay, tolerance: 20 * kMinute },
    { label: 'past.week', span: 7 * kDay, tolerance: kHour },
] as const;

export interface Trend {
    /** Metres an hour, by least squares over the readings used. */
    rate: number;
    direction: 'up' | 'down' | 'level';
    from: number;
    to: number;
    count: number;
}

export const kTrendWindow = kHour;
/** What reports more often is judged by less time, so that a sudden rise is not lost in a calm hour. */
const kDenseTrendWindow = 10 * kMinute;
const kDenseReadings = 7;
const kShortestTrend = 10 * kMinute;
/** Below this rate a level counts as steady: what gauges read to the centimetre cannot say less. */
export const kSteadyRate = 0.05;

/**
 * The rate over the last hour of readings, or over the last ten minutes and the reading before where
 * they come densely; null if they span ten minutes or less.
 */
export function trendOf(series: Reading[]): Trend | null {
    const last = series[series.length - 1];
    if (!last) return null;
    const hour = between(series, last.time - kTrendWindow, last.time);
    const denseSince = last.time - kDenseTrendWindow;
    const isDense = hour.filter((reading) => reading.time > denseSince).length >= kDenseReadings;
    const used = !isDense
        ? hour
        : hour.filter((_, i) => (hour[i + 1] ?? last).time >= denseSince);
    const first = used[0];
    if (!first || last.time - first.time <= kShortestTrend) return null;

    const hours = used.map((reading) => (reading.time - first.time) / kHour);
    const meanX = hours.reduce((sum, x) => sum + x, 0) / used.length;
    const meanY = used.reduce((sum, reading) => sum + reading.value, 0) / used.length;
    let covariance = 0;
    let variance = 0;
    used.forEach((reading, i) => {
        const dx = hours[i]! - meanX;
        covariance += dx * (reading.value - meanY);
        variance += dx * dx;
    });
    const rate = covariance / variance;
    // Judged as it is shown, to the centimetre: an arrow must not contradict its figure.
    const shown = Math.round(rate * 100) / 100;
    const direction = shown >= kSteadyRate ? 'up' : shown <= -kSteadyRate ? 'down' : 'level';
    return { rate, direction, from: first.time, to: last.time, count: used.length };
}

/** Times and values for a line that breaks where readings are missing (more than three usual steps). */
export function withGaps(series: Reading[]): [number[], (number | null)[]] {
    const steps = series.slice(1).map((reading, i) => reading.time - series[i]!.time);
    const usual = steps.length
        ? [...steps].sort((a, b) => a - b)[Math.floor((steps.length - 1) / 2)]!
        : 0;
    const times: number[] = [];
    const values: (number | null)[] = [];
    series.forEach((reading, i) => {
        const before = series[i - 1];
        if (before && reading.time - before.time > Math.max(3 * usual, 30 * kMinute)) {
            times.push((before.time + reading.time) / 2 / 1000);
            values.push(null);
        }
        times.push(reading.time / 1000);
        values.push(reading.value);
    });
    return [times, values];
}

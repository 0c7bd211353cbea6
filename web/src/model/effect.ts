/** Whether a project moved a measure: what is asked, what is answered, and its picture. */
import type { Words } from '../api/types';
import { dayOf, type MeasureValue } from './measures';

export const kMethods = ['its', 'did', 'sc', 'sdid'] as const;
export type Method = (typeof kMethods)[number];

/** Days are YYYY-MM-DD, in Japan; what is empty is left to the server. */
export interface EffectQuestion {
    measure: string;
    start: string;
    method: Method;
    group: string;
    from: string;
    to: string;
    level: string;
    /** Empty: all other groups. */
    comparison: string[];
}

export interface EffectPoint {
    period: string;
    observed: number;
    /** What would have been without the project. */
    counterfactual: number;
    after: boolean;
}

export interface Estimate {
    method: Method;
    estimate: number;
    standardError: number;
    interval: { low: number; high: number; level: number; by: Words };
    p: number;
    pBy: Words;
    rank?: { place: number; of: number };
    shown: boolean;
    beforeRmse: number;
    unitWeights: { name: string; weight: number }[];
    placebos: { name: string; estimate: number }[];
    assumptions: Words[];
    series: EffectPoint[];
}

export interface Effect {
    measure: string;
    hash: string;
    start: string;
    method: Method;
    group?: string;
    /** It is made of what the person may see: there may be more. */
    partial?: boolean;
    estimate?: Estimate;
    words?: Words;
    refusal?: { rule: string; words: Words };
    /** Of the group that has the project, in the order of the series. */
    values: MeasureValue[];
    /** Stages under way that this measure judges. */
    promised: { slug: string; ofProject: string; looks?: number }[];
}

/** A picture of so many units wide and high, with room for its numbers. */
export const kPicture = { width: 640, height: 260, left: 64, right: 12, top: 12, bottom: 28 };

export interface EffectShape {
    observed: string;
    counterfactual: string;
    /** Where the project begins. */
    start: number;
    ticks: { value: number; y: number }[];
    labels: { at: number; x: number }[];
}

/** Round steps from `low` to `high`: 1, 2 or 5 times a power of ten. */
export function roundSteps(low: number, high: number, most = 5): number[] {
    const span = high - low || Math.abs(high) || 1;
    const raw = span / most;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw)!;
    const out: number[] = [];
    if (high === low) return [low];
    for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++)
        out.push(Number((n * step).toPrecision(12)));
    return out;
}

/** Both lines, to the same scale; `series` has a point or more. */
export function effectShape(series: EffectPoint[]): EffectShape {
    const { width, height, left, right, top, bottom } = kPicture;
    const all = series.flatMap(({ observed, counterfactual }) => [observed, counterfactual]);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const margin = (most - least) * 0.06 || Math.abs(most) * 0.06 || 1;
    const [low, high] = [least - margin, most + margin];
    const last = Math.max(series.length - 1, 1);
    const x = (at: number) => left + (at / last) * (width - left - right);
    const y = (value: number) => top + ((high - value) / (high - low)) * (height - top - bottom);
    const line = (of: (point: EffectPoint) => number) =>
        series.map((point, at) => `${x(at).toFixed(1)},${y(of(point)).toFixed(1)}`).join(' ');
    const first = series.findIndex(({ after }) => after);
    const every = Math.max(1, Math.ceil(series.length / 6));
    return {
        observed: line((point) => point.observed),
        counterfactual: line((point) => point.counterfactual),
        start: x((first < 0 ? series.length : first) - 0.5),
        ticks: roundSteps(low, high).map((value) => ({ value, y: y(value) })),
        labels: series
            .map((_, at) => ({ at, x: x(at) }))
            .filter(({ at }) => at % every === 0 && at + every / 2 <= series.length),
    };
}

/** The period at a place, short enough for a picture: `06-11`, or `2021-06` where they go over more than 300 days. */
export function labelOf(values: MeasureValue[], at: number): string {
    const from = values[at] && dayOf(Date.parse(values[at].from));
    const first = values[0] && Date.parse(values[0].from);
    const last = values.at(-1);
    if (!from || !first || !last) return '';
    return Date.parse(last.from) - first > 300 * 86_400_000 ? from.slice(0, 7) : from.slice(5);
}

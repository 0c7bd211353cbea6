/** Days of stages on one line of time, and thresholds as they were written. */
import type { StagePromise } from './loop';
import { numberText, unitOf, withUnit, type Measure } from './measures';
import { startOfDay, type Language } from './text';
import { kDay } from './series';

/** What a stage locks when it is entered. */
export const kPromised = [
    'kind',
    'from',
    'to',
    'hypothesis',
    'expectations',
    'estimator',
    'baselineFrom',
    'comparison',
    'looks',
] as const satisfies readonly (keyof StagePromise)[];

/** Where something lies on a line of time, in percent of its length. */
export interface Span {
    left: number;
    width: number;
}
export interface TimeLine {
    from: number;
    to: number;
    spans: Span[];
    /** Null: the present lies beside it. */
    present: number | null;
}

/** The days of each stage count to their end. Without a stage there is no line. */
export function timeLineOf(
    stages: { from: string; to: string }[],
    present: number,
): TimeLine | null {
    if (!stages.length) return null;
    const days = stages.map((stage) => [startOfDay(stage.from), startOfDay(stage.to) + kDay]);
    const from = Math.min(...days.map(([begin]) => begin!));
    const to = Math.max(...days.map(([, end]) => end!));
    const share = (time: number) => ((time - from) / (to - from)) * 100;
    return {
        from,
        to,
        spans: days.map(([begin, end]) => ({
            left: share(begin!),
            width: share(end!) - share(begin!),
        })),
        present: present >= from && present <= to ? share(present) : null,
    };
}

/** A threshold as it was promised, not rounded as values are. */
export const thresholdText = (
    measure: Measure | undefined,
    threshold: number,
    language: Language,
): string => withUnit(numberText(threshold), measure ? unitOf(measure, language) : '');

import { numberText } from './measures';

/** An estimate with its interval beside its threshold, on one short scale. Units: percent of its width. */
export interface IntervalShape {
    low: number;
    high: number;
    at: number;
    threshold: number;
}

const kMargin = 8;

/** Without an interval `low` and `high` are the value itself. Everything lies within 8 and 92. */
export function intervalShape(
    value: number,
    threshold: number,
    interval?: { low: number; high: number },
): IntervalShape {
    const { low, high } = interval ?? { low: value, high: value };
    const least = Math.min(low, value, threshold);
    const span = Math.max(high, value, threshold) - least;
    const place = (x: number) =>
        span === 0 ? 50 : kMargin + ((x - least) / span) * (100 - 2 * kMargin);
    return { low: place(low), high: place(high), at: place(value), threshold: place(threshold) };
}

/** So many significant digits tell an effect from its interval. */
export const figureText = (value: number): string =>
    numberText(Number(value.toPrecision(4)));

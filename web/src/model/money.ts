/** What a project's money comes to, as the server computes it, and the shapes in which it is drawn. */
export const kSupports = ['planned', 'withoutGrant', 'withoutSupport'] as const;
export type Support = (typeof kSupports)[number];

export interface MoneyYear {
    fiscalYear: number;
    in: Record<string, number>;
    out: Record<string, number>;
    receipts: number;
    cost: number;
    net: number;
    cash: number;
}
/** Amounts in 千円; months as YYYY-MM. */
export interface MoneyFigures {
    npv: number;
    rates: number[];
    ratesTouching: number[];
    ratesComplete: boolean;
    neverBelow: boolean;
    /** No rate is a return: nothing is put in first. */
    nothingPutIn: boolean;
    payback: string | null;
    paybackLasts: boolean;
    discountedPayback: string | null;
    breakEven: string | null;
    runwayMonths: number | null;
}
export interface LeastSubsidy {
    yearly: number;
    presentValue: number;
}
export interface Spread {
    mean: number;
    standardError: number;
    q05: number;
    q50: number;
    q95: number;
}
export interface RunwaySpread {
    q05: number | null;
    q50: number | null;
    q95: number | null;
    runOutBy: number[];
}
/** The cash at the end of a fiscal year over many draws. */
export interface CashBand {
    fiscalYear: number;
    q05: number;
    q25: number;
    q50: number;
    q75: number;
    q95: number;
}
export const kQuantiles = ['q05', 'q25', 'q50', 'q75', 'q95'] as const;
export interface MonteCarlo {
    draws: number;
    seed: string;
    npv: Spread;
    npvWithoutSupport: Spread;
    probabilityBelowZero: number;
    probabilityBelowZeroWithoutSupport: number;
    leastSubsidyBesideGrant: Spread;
    runwayMonths: RunwaySpread;
    runwayMonthsWithoutGrant: RunwaySpread;
    firstFiscalYear: number;
    /** Of how many draws the cash by year is. */
    cashDraws: number;
    cash: CashBand[];
    cashWithoutGrant: CashBand[];
    costPerOutcome: Spread | null;
}
export interface TornadoBar {
    input: string;
    low: number;
    high: number;
    npvAtLow: number;
    npvAtHigh: number;
    swing: number;
}
export interface Tornado {
    npvAtMedians: number;
    inputs: TornadoBar[];
}
export interface Money {
    text: string;
    figures: Record<Support, MoneyFigures> & {
        plan: string;
        example: boolean;
        alternative: string;
        firstFiscalYear: number;
        discount: number;
        years: MoneyYear[];
        cost: number;
        outcomes: number | null;
        costPerOutcome: number | null;
        leastSubsidyBesideGrant: LeastSubsidy;
        leastSubsidyAlone: LeastSubsidy;
    };
    tornado: Tornado;
    monteCarlo?: MonteCarlo;
}

/** Whole 千円 with commas and a true minus sign; never −0. */
export function thousands(value: number): string {
    const whole = Math.round(value);
    return (whole === 0 ? 0 : whole).toLocaleString('en').replace('-', '−');
}
/** 0.0325 is 3.25 % */
export const percentText = (share: number): string =>
    `${Number((share * 100).toFixed(2))}%`.replace('-', '−');
/** As many digits as it needs, two at most. */
export const shortNumber = (value: number): string =>
    Number(value.toFixed(2)).toLocaleString('en', { maximumFractionDigits: 2 }).replace('-', '−');

/** The kinds that there are in any year, in the order in which the years have them. */
export function kindsOf(years: MoneyYear[], side: 'in' | 'out'): string[] {
    return [...new Set(years.flatMap((year) => Object.keys(year[side])))];
}

/** Where values stand on a line from the least to the greatest of them, in percent from 4 to 96. */
export function lineOf(values: number[]): (value: number) => number {
    const least = Math.min(...values);
    const span = Math.max(...values) - least;
    return (value) => (span === 0 ? 50 : 4 + ((value - least) / span) * 92);
}

/** A fan in a square of 100 by 100, the years side by side: polygons and lines as SVG has their points. */
export interface FanShape {
    outer: string;
    inner: string;
    middle: string;
    /** Heights of the greatest and the least value, and of 0. */
    top: number;
    bottom: number;
    zero: number;
    greatest: number;
    least: number;
}
export function fanShape(bands: CashBand[]): FanShape {
    const greatest = Math.max(0, ...bands.map(({ q95 }) => q95));
    const least = Math.min(0, ...bands.map(({ q05 }) => q05));
    const place = lineOf([least, greatest]);
    const height = (value: number) => Number((100 - place(value)).toFixed(3));
    // One year alone is as wide as the picture.
    const shown = bands.length === 1 ? [bands[0]!, bands[0]!] : bands;
    const points = (quantile: (typeof kQuantiles)[number]) =>
        shown.map(
            (band, at) =>
                `${Number(((at / (shown.length - 1)) * 100).toFixed(3))},${height(band[quantile])}`,
        );
    const between = (low: (typeof kQuantiles)[number], high: (typeof kQuantiles)[number]) =>
        [...points(high), ...points(low).reverse()].join(' ');
    return {
        outer: between('q05', 'q95'),
        inner: between('q25', 'q75'),
        middle: points('q50').join(' '),
        top: height(greatest),
        bottom: height(least),
        zero: height(0),
        greatest,
        least,
    };
}

/** A bar of the tornado: from where to where, and on which side its input is low. */
export interface DrawnBar {
    from: number;
    to: number;
    lowAt: number;
    highAt: number;
}
export function tornadoBars({ npvAtMedians, inputs }: Tornado): { middle: number; bars: DrawnBar[] } {
    const place = lineOf([npvAtMedians, ...inputs.flatMap((one) => [one.npvAtLow, one.npvAtHigh])]);
    return {
        middle: place(npvAtMedians),
        bars: inputs.map((one) => {
            const [lowAt, highAt] = [place(one.npvAtLow), place(one.npvAtHigh)];
            return { from: Math.min(lowAt, highAt), to: Math.max(lowAt, highAt), lowAt, highAt };
        }),
    };
}

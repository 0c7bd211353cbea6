/** Towns that are alike, as the server compares them feature by feature (docs/towns.md). */
export interface NamedTown {
    code: string;
    prefecture: string;
    name: string;
}
export interface TownFeature {
    id: string;
    ja: string;
    en: string;
    unitJa: string;
    unitEn: string;
    value: number | null;
    used: boolean;
}
export interface TownAlike extends NamedTown {
    distance: number;
    compared: number;
    /** They add up to the distance; null: missing, or not compared. */
    parts: { feature: string; value: number | null; part: number | null }[];
}
export interface TownsAlike {
    town: NamedTown;
    method: 'gower' | 'mahalanobis';
    source: string;
    towns: number;
    shrinkage?: number;
    features: TownFeature[];
    notCompared: number;
    like: TownAlike[];
}

/** A feature of both towns beside each other. */
export interface ComparedFeature {
    feature: TownFeature;
    theirs: number | null;
    part: number | null;
    /** Of the widest of its parts, in percent: how long its bar is. Parts of Mahalanobis may be below 0. */
    bar: number;
}
/** The features that are compared, what parts the towns most first; what is missing comes last. */
export function comparedFeatures(all: TownsAlike, other: TownAlike): ComparedFeature[] {
    const widest = Math.max(...other.parts.map(({ part }) => Math.abs(part ?? 0)), 0);
    const known = new Map(all.features.map((feature) => [feature.id, feature]));
    return other.parts
        .flatMap(({ feature, value, part }) => {
            const found = known.get(feature);
            const bar = part === null || widest === 0 ? 0 : (Math.abs(part) / widest) * 100;
            return found ? [{ feature: found, theirs: value, part, bar }] : [];
        })
        .sort((a, b) => (b.part ?? -Infinity) - (a.part ?? -Infinity));
}

/** As many digits as tell two towns apart: whole from 100 on, else two decimals. */
export const featureText = (value: number): string =>
    value
        .toLocaleString('en', { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 2 })
        .replace('-', '−');

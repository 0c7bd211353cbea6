/** Rounds of reviews: what is judged, the points that may be seen, and why each candidate is in or out. */
import type { LoopThing, Moment } from './loop';

export interface RoundCriterion {
    id: string;
    words: string;
    /** Absent in rounds of before: then the words stand for both languages. */
    wordsEn?: string;
    weight: number;
}
export interface RoundCandidate {
    id: string;
    words: string;
    wordsEn?: string;
    /** 千円 */
    cost: number;
    project?: string;
}
export interface RankedCandidate {
    id: string;
    cost: number;
    score: number;
    reviewers: number;
}
/** The best choice in which a candidate is decided the other way. */
export interface OtherChoice {
    score: number;
    cost: number;
    in: string[];
    out: string[];
}
export interface RoundResult {
    budget: number;
    cost: number;
    score: number;
    chosen: RankedCandidate[];
    others: RankedCandidate[];
    /** Null: there is none. Absent: not computed. */
    otherwise?: Record<string, OtherChoice | null>;
}
export interface Round extends LoopThing {
    title: string;
    budget: number;
    criteria: RoundCriterion[];
    candidates: RoundCandidate[];
    state?: 'scored' | 'closed';
    closedAt?: Moment;
    closedBy?: string;
    result?: RoundResult;
}
export type Points = Record<string, number>;
export interface ReviewScore {
    candidate: string;
    points: Points;
}
export interface ReviewerScores {
    reviewer: string;
    own: boolean;
    scores: ReviewScore[];
}
/** `given`: how many reviewers gave points, seen or not. */
export interface RoundScores {
    reviewers: ReviewerScores[];
    /** Who asks, as a reviewer is named. */
    you: string;
    given: number;
    mayGive: boolean;
}

export const kMostPoints = 100;
export const kMostWeight = 100;
export const kMostCost = 1_000_000;
export const kMostBudget = 1_000_000_000;

/** A whole number as people type it, full-width digits and commas too; null where it is none of 0 ... most. */
export function wholeOf(typed: string, most: number): number | null {
    const text = typed.normalize('NFKC').replace(/[,\s]/g, '');
    if (!/^\d{1,10}$/.test(text)) return null;
    return Number(text) <= most ? Number(text) : null;
}

/** What is typed for a candidate, criterion by criterion. */
export type TypedPoints = Record<string, Record<string, string>>;

/** The points to send, and the fields that are wrong; a candidate of which nothing is typed is left out. */
export function scoresOf(
    { candidates, criteria }: Pick<Round, 'candidates' | 'criteria'>,
    typed: TypedPoints,
): { scores: ReviewScore[]; wrong: string[] } {
    const scores: ReviewScore[] = [];
    const wrong: string[] = [];
    for (const { id: candidate } of candidates) {
        const row = criteria.map(({ id }) => [id, typed[candidate]?.[id] ?? ''] as const);
        if (row.every(([, text]) => !text.trim())) continue;
        const points: Points = {};
        for (const [id, text] of row) {
            const value = wholeOf(text, kMostPoints);
            if (value === null) wrong.push(`${candidate}-${id}`);
            else points[id] = value;
        }
        scores.push({ candidate, points });
    }
    return { scores, wrong };
}

export function typedOf(scores: ReviewScore[]): TypedPoints {
    return Object.fromEntries(
        scores.map(({ candidate, points }) => [
            candidate,
            Object.fromEntries(Object.entries(points).map(([id, value]) => [id, String(value)])),
        ]),
    );
}

/** The points of one reviewer, weighted. */
export const weighted = (criteria: RoundCriterion[], points: Points): number =>
    criteria.reduce((sum, { id, weight }) => sum + weight * (points[id] ?? 0), 0);

/** The mean of each criterion over those who gave a candidate points; empty where nobody did. */
export function meansOf(
    criteria: RoundCriterion[],
    reviewers: ReviewerScores[],
    candidate: string,
): Points {
    const given = reviewers.flatMap(({ scores }) =>
        scores.filter((one) => one.candidate === candidate).map(({ points }) => points),
    );
    if (!given.length) return {};
    return Object.fromEntries(
        criteria.map(({ id }) => [
            id,
            given.reduce((sum, points) => sum + (points[id] ?? 0), 0) / given.length,
        ]),
    );
}

export type Reason =
    | { kind: 'over' }
    | { kind: 'none' }
    | { kind: 'unknown' }
    | { kind: 'worse' | 'dearer' | 'later'; score: number; by: number; in: string[]; out: string[] };

/** Why a candidate is in or out: what would be, were it decided the other way. */
export function reasonOf(result: RoundResult, { id, cost }: { id: string; cost: number }): Reason {
    const other = result.otherwise?.[id];
    if (other === undefined) return { kind: cost > result.budget ? 'over' : 'unknown' };
    if (other === null) return { kind: cost > result.budget ? 'over' : 'none' };
    const { score, in: coming, out } = other;
    const lost = result.score - score;
    const more = other.cost - result.cost;
    if (lost > 1e-9) return { kind: 'worse', score, by: lost, in: coming, out };
    return { kind: more > 0 ? 'dearer' : 'later', score, by: more, in: coming, out };
}

/** A round as it is typed. */
export interface RoundForm {
    slug: string;
    title: string;
    budget: string;
    criteria: { words: string; wordsEn: string; weight: string }[];
    /** By the name of the project. */
    candidates: Record<string, { cost: string; wordsEn: string }>;
}
export const emptyRound = (day: string): RoundForm => ({
    slug: `round-${day}`,
    title: '',
    budget: '',
    criteria: [
        { words: '', wordsEn: '', weight: '1' },
        { words: '', wordsEn: '', weight: '1' },
    ],
    candidates: {},
});

/** The fields of a round that are wrong, in the order of the page. */
export function lacksOfRound(form: RoundForm): string[] {
    const out: string[] = [];
    if (!/^[a-z0-9-]{1,64}$/.test(form.slug)) out.push('slug');
    if (!form.title.trim()) out.push('title');
    if (wholeOf(form.budget, kMostBudget) === null) out.push('budget');
    form.criteria.forEach((one, at) => {
        if (!one.words.trim()) out.push(`words-${at}`);
        if (!one.wordsEn.trim()) out.push(`wordsEn-${at}`);
        if (wholeOf(one.weight, kMostWeight) === null) out.push(`weight-${at}`);
    });
    for (const [slug, one] of Object.entries(form.candidates)) {
        if (wholeOf(one.cost, kMostCost) === null) out.push(`cost-${slug}`);
    }
    if (!Object.keys(form.candidates).length) out.push('candidates');
    return out;
}

/** What is sent of a form without lacks; `titles` are those of the projects, by their names. */
export function membersOfRound(form: RoundForm, titles: Map<string, string>): object {
    return {
        title: form.title.trim(),
        budget: wholeOf(form.budget, kMostBudget),
        criteria: form.criteria.map(({ words, wordsEn, weight }, at) => ({
            id: `c${at + 1}`,
            words: words.trim(),
            wordsEn: wordsEn.trim(),
            weight: wholeOf(weight, kMostWeight),
        })),
        candidates: Object.entries(form.candidates).map(([slug, { cost, wordsEn }]) => ({
            id: slug,
            words: titles.get(slug) ?? slug,
            ...(wordsEn.trim() ? { wordsEn: wordsEn.trim() } : {}),
            cost: wholeOf(cost, kMostCost),
            project: `urn:ngsi-ld:Project:${slug}`,
        })),
    };
}

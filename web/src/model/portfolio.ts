/** The list of projects: its rows, how many there are of each kind, and which are asked for. */
import { stageUnderWay, stateOf, type Project, type ProjectState, type Stage } from './loop';

export const kFacets = ['field', 'year', 'stage', 'function', 'region'] as const;
export type Facet = (typeof kFacets)[number];
/** Which are asked for; of a facet that is absent, all. */
export type Filter = Partial<Record<Facet, string>>;

export interface PortfolioRow {
    project: Project;
    /** plan, pilot or rollout; empty: none yet. */
    stage: string;
    state: ProjectState;
}

export function rowsOf(projects: Project[], stages: Stage[]): PortfolioRow[] {
    const byProject = new Map<string, Stage[]>();
    for (const stage of stages) {
        byProject.set(stage.ofProject, [...(byProject.get(stage.ofProject) ?? []), stage]);
    }
    return projects.map((project) => {
        const own = byProject.get(project.id) ?? [];
        return { project, stage: stageUnderWay(own)?.kind ?? '', state: stateOf(project, own) };
    });
}

/** What a row counts under; the empty word where nothing is said. */
export function wordsOf(row: PortfolioRow, facet: Facet): string[] {
    const { project } = row;
    switch (facet) {
        case 'field':
            return [project.field ?? ''];
        case 'year':
            return [project.fiscalYear === undefined ? '' : String(project.fiscalYear)];
        case 'stage':
            return [row.stage];
        case 'function':
            return project.functions?.length ? project.functions : [''];
        case 'region':
            return [project.region ?? ''];
    }
}

export const matches = (row: PortfolioRow, filter: Filter): boolean =>
    kFacets.every((facet) => {
        const asked = filter[facet];
        return asked === undefined || wordsOf(row, facet).includes(asked);
    });

/** How many rows there are of each word of a facet, most first; a row with two functions counts at both. */
export function countsOf(rows: PortfolioRow[], facet: Facet): [word: string, count: number][] {
    const counts = new Map<string, number>();
    for (const row of rows) {
        for (const word of wordsOf(row, facet)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** A word that stands for "nothing is said" in an address. */
const kNone = '-';

/** `['field', '防災']` of an address. Words that are no facet are passed over. */
export function filterOf(parts: string[]): Filter {
    const filter: Filter = {};
    for (let at = 0; at + 1 < parts.length; at += 2) {
        const facet = kFacets.find((one) => one === parts[at]);
        const word = parts[at + 1] ?? '';
        if (facet) filter[facet] = word === kNone ? '' : word;
    }
    return filter;
}

export const partsOf = (filter: Filter): string[] =>
    kFacets.flatMap((facet) => {
        const word = filter[facet];
        return word === undefined ? [] : [facet, word || kNone];
    });

/** What the pages of tasks, money, cases and towns let do, and how they are headed. */
import { Problem } from '../api/client';
import { fetchProject } from '../api/loop';
import { halfOf } from '../model/loop_schema';
import { language, t } from './language.svelte';
import { loopProblem, mayDecideGates } from './projects.svelte';
import { town } from './town.svelte';

/** Money is no entity: only these see it (docs/project-loop.md). */
export const maySeeMoney = () => mayDecideGates() || town.info?.role === 'auditor';

/** A project's name for the head of a page; where it cannot be had, its name in addresses. */
export async function titleOf(slug: string): Promise<string> {
    try {
        return (await fetchProject(slug)).title;
    } catch {
        return slug;
    }
}

/** A refusal with the place it points at: a line of a plan, a field of a case. */
export function placedProblem(error: unknown): string {
    if (!(error instanceof Problem) || error.status !== 400) return loopProblem(error);
    const words = halfOf(error.reason, language());
    const line = /:(\d+)$/.exec(error.place)?.[1];
    if (line) return t('money.atLine', { line, words });
    return error.place ? t('cases.atPlace', { place: error.place, words }) : words;
}

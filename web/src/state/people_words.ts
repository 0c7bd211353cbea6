/** Roles of people in words, and what came of a change to them. */
import { Problem } from '../api/client';
import { fullTime } from '../model/text';
import { language, t } from './language.svelte';
import { reachOf, wordOf } from './policy_words';
import { problemWords, reasonOf } from './problems';

/** Which role, where, for what, until when. */
export function roleLine(grant: {
    role: string;
    tenant: string;
    types: string[];
    scopes?: string[];
    until?: string;
    holds?: boolean;
}): string {
    const until = grant.until
        ? t('account.until', { time: fullTime(Date.parse(grant.until), language()) })
        : '';
    const over = grant.holds === false ? t('people.holdsNot') : '';
    return [wordOf('role', grant.role), grant.tenant, reachOf(grant), until, over]
        .filter(Boolean)
        .join(' ');
}

export function peopleProblem(error: unknown): string {
    const problem = error instanceof Problem ? error : new Problem(0, '');
    if (problem.status === 403) return t('people.mayNot');
    if (problem.status === 404) return t('people.gone');
    if (problem.status === 409) return t('people.conflict', { detail: reasonOf(problem) });
    if (problem.status === 400 && problem.place.endsWith('/until')) return t('people.badEnd');
    if (problem.status === 400) return t('people.badInput', { detail: reasonOf(problem) });
    return problemWords(error);
}

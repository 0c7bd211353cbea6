/** Roles of people in words, and what came of a change to them. */
import { Problem } from '../api/client';
import { fullTime } from '../model/text';
import { language, t, type Key } from './language.svelte';
import { reachOf, wordOf } from './policy_words';
import { problemWords, withReason } from './problems';

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
    if (problem.status === 404)
        return t(problem.place === '/organisation' ? 'organisations.gone' : 'people.gone');
    if (problem.status === 409) return withReason(t('people.conflict'), problem);
    if (problem.status === 400 && problem.place.endsWith('/until')) return t('people.badEnd');
    if (problem.status === 400) return withReason(t('people.badInput'), problem);
    return problemWords(error);
}

/** Refusals by status and place, as `words` has them; what else the server says is said after what to do. */
function refusal(error: unknown, words: Record<string, Key>): string {
    const problem = error instanceof Problem ? error : new Problem(0, '');
    const key = words[`${problem.status}${problem.place}`] ?? words[`${problem.status}`];
    if (key) return t(key);
    return [400, 409].includes(problem.status) ? peopleProblem(problem) : problemWords(error);
}

export const organisationProblem = (error: unknown): string =>
    refusal(error, {
        '400': 'passkey.badName', // nothing but names is sent
        '403': 'organisations.mayNot',
        '404': 'organisations.gone',
        '409/name': 'organisations.taken',
        '409': 'organisations.inUse',
        '413': 'organisations.many',
    });

export const loanProblem = (error: unknown): string =>
    refusal(error, {
        '400/name': 'loans.nobody', // no name to sign in by looks like that
        '400/to': 'loans.own',
        '400/until': 'loans.badEnd',
        '403/grant': 'loans.notYours',
        '403/scopes': 'loans.more',
        '403/types': 'loans.more',
        '404/to': 'loans.nobody',
        '404': 'loans.gone',
        '413': 'loans.many',
    });

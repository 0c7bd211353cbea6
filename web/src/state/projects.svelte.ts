/** What the pages of the projects say and let do: names of choices, refusals, roles, addresses. */
import { Problem } from '../api/client';
import { halfOf } from '../model/loop_schema';
import { currentParts, go } from './address.svelte';
import { isNotFresh } from './again.svelte';
import { isKey, language, t } from './language.svelte';
import { problemWords } from './problems';
import { town } from './town.svelte';

/** The word of a choice: `choice('challenge', 'safety')`. What is not known stands as it is. */
export function choice(member: string, word: string): string {
    const key = `loop.${member}.${word}`;
    return isKey(key) ? t(key) : word;
}

/** A refusal in the person's own language: the server says each in both. */
export function loopProblem(error: unknown): string {
    if (!(error instanceof Problem)) return problemWords(error);
    if (isNotFresh(error)) return t('account.notFresh');
    const said = [400, 403, 404, 409, 413].includes(error.status) && error.reason;
    return said ? halfOf(said, language()) : problemWords(error);
}

const among = (...roles: string[]) => roles.includes(town.info?.role ?? '');
/** Writes projects and enters stages. */
export const mayWriteProjects = () => among('operator', 'data-owner', 'member');
export const mayOpenGates = () => mayWriteProjects() || among('independent-body');
/** Proposes and signs decisions. */
export const mayDecideGates = () => mayOpenGates() || among('reviewer');

export const projectsAddress = (...parts: string[]): string =>
    ['#projects', ...parts.map((part) => encodeURIComponent(part))].join('/');
export const showProjects = (...parts: string[]): void => go(projectsAddress(...parts));
export const measureAddress = (measure: string): string => projectsAddress('measures', measure);
export { currentParts };

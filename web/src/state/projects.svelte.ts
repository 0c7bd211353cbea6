/** What the pages of the projects say and let do: names of choices, refusals, roles, addresses. */
import { Problem } from '../api/client';
import { halfOf } from '../model/loop_schema';
import type { Expectation, MovedGoalpost } from '../model/loop';
import type { Measure } from '../model/measures';
import { thresholdText } from '../model/promises';
import { fullDay, startOfDay } from '../model/text';
import { go } from './address.svelte';
import { isNotFresh } from './again.svelte';
import { isKey, language, say, t } from './language.svelte';
import { problemWords } from './problems';
import { town } from './town.svelte';

/** The word of a choice: `choice('challenge', 'safety')`. What is not known stands as it is. */
export function choice(member: string, word: string): string {
    const key = `loop.${member}.${word}`;
    return isKey(key) ? t(key) : word;
}

/** Under which name the words of a member's choices are, where it is not its own. */
const kChoiceWords: Record<string, string> = {
    'Project/functions': 'function',
    'Stage/kind': 'stage',
    'Stage/maturity/of': 'maturity',
    'Artefact/means/kind': 'means',
};
/** Of a member by its place: `choiceWords('Stage/kind')`. */
export function choiceWords(place: string): string {
    const name = place.replace(/\/\d+(?=\/)/g, '');
    return kChoiceWords[name] ?? name.slice(name.lastIndexOf('/') + 1);
}

/** A part of a name for addresses that nobody else has. */
export const chance = (): string =>
    crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36);

/** A refusal in the person's own language: the server says each in both. */
export function loopProblem(error: unknown): string {
    if (!(error instanceof Problem)) return problemWords(error);
    if (isNotFresh(error)) return t('account.notFresh');
    if (error.status === 404 && !error.reason.includes(' / ')) return t('projects.notThere');
    const said = [400, 403, 404, 409, 413].includes(error.status) && error.reason;
    return said ? halfOf(said, language()) : problemWords(error);
}

/** The server names stages by their names in addresses; the page by what they are. */
export const stageWords = (words: string, stages: { slug: string; kind: string }[]): string =>
    stages.reduce(
        (said, { slug, kind }) =>
            said
                .replaceAll(`「${slug}」`, `「${choice('stage', kind)}」`)
                .replaceAll(`'${slug}'`, `“${choice('stage', kind)}”`),
        words,
    );

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

/** Without the measure's name: 試験川1 で 5 m 以上 */
export function expectationWords(one: Expectation, measure: Measure | undefined): string {
    const words = t(one.better === 'up' ? 'stage.atLeast' : 'stage.atMost', {
        value: thresholdText(measure, one.threshold, language()),
    });
    return one.group ? t('stage.inGroup', { group: one.group, words }) : words;
}

/** What was promised under a member of a stage, before a goalpost was moved or after. */
export function promisedWords(
    member: MovedGoalpost['member'],
    value: unknown,
    measures: Measure[],
): string {
    if (value === undefined || value === null) return t('stage.nothing');
    if (member === 'expectations') {
        return (value as Expectation[])
            .map((one) => {
                const measure = measures.find(({ id }) => id === one.measure);
                const name = say(measure?.name) || one.measure;
                return `${name} ${expectationWords(one, measure)}`;
            })
            .join(t('projects.comma'));
    }
    if (member === 'kind') return choice('stage', String(value));
    if (member === 'estimator') return choice('estimator', String(value));
    if (member === 'from' || member === 'to' || member === 'baselineFrom')
        return fullDay(startOfDay(String(value)), language());
    return Array.isArray(value) ? value.join(t('projects.comma')) : String(value);
}

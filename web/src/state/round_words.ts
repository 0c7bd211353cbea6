/** What the pages of rounds say of criteria, candidates, reviewers and reasons. */
import { shortNumber, thousands } from '../model/money';
import type { Reason, ReviewerScores, Round } from '../model/rounds';
import { language, t } from './language.svelte';
import { subjects } from './subjects.svelte';

/** In the person's language; rounds of before have one alone. */
export const wordsOf = ({ words, wordsEn }: { words: string; wordsEn?: string }): string =>
    language() === 'en' ? (wordsEn ?? words) : words;

export const candidateName = (round: Round, id: string): string => {
    const one = round.candidates.find((candidate) => candidate.id === id);
    return one ? wordsOf(one) : id;
};

/** By name where it may be known, else by number. */
export function reviewerName({ reviewer, own }: ReviewerScores, at: number): string {
    if (own) return t('rounds.you');
    const name = subjects.name(reviewer);
    return name === reviewer ? t('rounds.reviewerNumber', { number: at + 1 }) : name;
}

export function roundState({ state }: Pick<Round, 'state'>): string {
    if (state === 'closed') return t('rounds.closed');
    return t(state === 'scored' ? 'rounds.scored' : 'rounds.open');
}

function swapWords(round: Round, coming: string[], out: string[]): string {
    const list = (ids: string[]) =>
        ids.map((id) => candidateName(round, id)).join(t('projects.comma'));
    const words = [
        coming.length ? t('rounds.comesIn', { names: list(coming) }) : '',
        out.length ? t('rounds.goesOut', { names: list(out) }) : '',
    ].filter(Boolean);
    return words.length ? t('rounds.then', { words: words.join(t('projects.comma')) }) : '';
}

/** Why a candidate is in (`chosen`), or out. */
export function reasonWords(round: Round, chosen: boolean, reason: Reason): string {
    switch (reason.kind) {
        case 'over':
            return t('rounds.whyOver');
        case 'none':
            return t('rounds.whyNone');
        case 'unknown':
            return t('rounds.whyUnknown');
        case 'worse': {
            const values = { by: shortNumber(reason.by), score: shortNumber(reason.score) };
            const words = t(chosen ? 'rounds.whyIn' : 'rounds.whyOut', values);
            return words + swapWords(round, reason.in, reason.out);
        }
        case 'dearer':
            return (
                t(chosen ? 'rounds.whyInDearer' : 'rounds.whyOutDearer', {
                    by: thousands(reason.by),
                }) + swapWords(round, reason.in, reason.out)
            );
        case 'later':
            return t('rounds.whyLater');
    }
}

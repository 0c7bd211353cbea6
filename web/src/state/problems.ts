/** What happened, what it means, what to do: for a person who sent something. */
import { Problem } from '../api/client';
import { halfOf, onlyIn } from '../model/loop_schema';
import { language, t } from './language.svelte';

/** Why, in the reader's language where the server says it in both. */
function reasonOf(problem: Problem): string {
    return halfOf(problem.reason, language());
}

/** What the page says, and why, where the server says that in the reader's language. */
export function withReason(words: string, problem: Problem): string {
    const reason = onlyIn(problem.reason, language());
    return reason ? t('problem.withReason', { words, reason }) : words;
}

export function problemWords(error: unknown): string {
    const problem = error instanceof Problem ? error : new Problem(0, '');
    switch (problem.status) {
        case 0:
            return t('problem.unreachable');
        case 401:
            return t('problem.key');
        case 403:
            // The refusal names the headers by which it is stated.
            if (problem.detail.includes('Musubi-Purpose')) return t('problem.personal');
            return t('problem.forbidden');
        case 409:
            return t('problem.conflict');
        case 503:
            return t('problem.busy', { seconds: problem.retryAfter ?? 5 });
        default:
            return t('problem.other', { detail: reasonOf(problem) || String(problem.status) });
    }
}

/** What went wrong with a passkey: with the server, the device, or because the person gave up. */
import { Problem } from '../api/client';
import { t } from './language.svelte';
import { problemWords } from './problems';

export function passkeyWords(error: unknown): string {
    if (error instanceof DOMException) {
        if (error.name === 'InvalidStateError') return t('passkey.known');
        if (error.name === 'NotAllowedError' || error.name === 'AbortError')
            return t('passkey.given');
        return t('passkey.unable');
    }
    const problem = error instanceof Problem ? error : new Problem(0, '');
    if (problem.status === 429)
        return t('signIn.tooOften', { seconds: problem.retryAfter ?? 60 });
    if (problem.status === 401) return t('passkey.unknown');
    if (problem.status === 403 && problem.place.startsWith('/passkey')) return t('passkey.again');
    return problemWords(error);
}

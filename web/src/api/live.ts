/** The live feed. EventSource cannot send the key, so the stream is read with fetch. */
import { Problem, problemOf, requestHeaders } from './client';
import { EventParser, type ServerEvent } from './events';

/** The server beats every 15 seconds; a line that is silent for longer is dead, whatever the socket says. */
const kDeadAfter = 40_000;

/**
 * Follows the feed from `lastId` on until it ends; `opened` is called once the server has accepted.
 * Fails: Problem if it is refused or the line breaks.
 */
export async function followLive(
    types: string[],
    lastId: string,
    opened: () => void,
    heard: (events: ServerEvent[]) => void,
    stop: AbortSignal,
): Promise<void> {
    const line = new AbortController();
    const end = () => line.abort();
    stop.addEventListener('abort', end);
    let watchdog = setTimeout(end, kDeadAfter);
    try {
        const response = await fetch(`/musubi/v1/live?types=${types.join(',')}`, {
            headers: { ...requestHeaders(), Accept: 'text/event-stream', 'Last-Event-ID': lastId },
            signal: line.signal,
            cache: 'no-store',
        });
        if (!response.ok) throw await problemOf(response);
        if (!response.body) throw new Problem(0, '');
        opened();
        const reader = response.body.getReader();
        const decoder = new TextDecoder();
        const parser = new EventParser();
        for (;;) {
            const { done, value } = await reader.read();
            if (done) return;
            clearTimeout(watchdog);
            watchdog = setTimeout(end, kDeadAfter);
            const events = parser.push(decoder.decode(value, { stream: true }));
            heard(events);
        }
    } catch (error) {
        throw error instanceof Problem ? error : new Problem(0, '');
    } finally {
        clearTimeout(watchdog);
        stop.removeEventListener('abort', end);
    }
}

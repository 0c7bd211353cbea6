/** A request as an engineer wrote it, and its answer as it came. */
import type { Request } from '../model/openapi';
import { Problem } from './client';
import { currentKey } from './key';

export interface RawAnswer {
    status: number;
    headers: [string, string][];
    text: string;
    milliseconds: number;
    /** There was more, or it has no end. */
    cut: boolean;
}

const kMostBytes = 200_000;
const kMostTime = 20_000;
/** How long a stream without end is listened to. */
const kListenFor = 3_000;

/** The body as far as it goes within the limits. */
async function read(response: Response): Promise<[string, boolean]> {
    const stream = response.headers.get('Content-Type')?.startsWith('text/event-stream');
    const reader = response.body?.getReader();
    if (!reader) return ['', false];
    const decoder = new TextDecoder();
    const timer = stream ? setTimeout(() => void reader.cancel(), kListenFor) : undefined;
    let text = '';
    let bytes = 0;
    for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        text += decoder.decode(value, { stream: true });
        bytes += value.length;
        if (bytes > kMostBytes) {
            void reader.cancel();
            return [text, true];
        }
    }
    clearTimeout(timer);
    return [text, Boolean(stream)];
}

/** Fails: Problem with status 0 where there is no answer. */
export async function sendRaw(request: Request): Promise<RawAnswer> {
    const stopper = new AbortController();
    const timer = setTimeout(() => stopper.abort(), kMostTime);
    const headers = { ...request.headers };
    const key = currentKey();
    if (key) headers.Authorization = `Bearer ${key}`;
    const began = performance.now();
    try {
        const response = await fetch(request.path, {
            method: request.method,
            headers,
            body: request.body,
            signal: stopper.signal,
            cache: 'no-store',
        });
        const [text, cut] = await read(response);
        return {
            status: response.status,
            headers: [...response.headers],
            text,
            milliseconds: performance.now() - began,
            cut,
        };
    } catch {
        throw new Problem(0, '');
    } finally {
        clearTimeout(timer);
    }
}

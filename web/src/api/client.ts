/** The one way to ask the server. Same origin only. */
import { currentKey } from './key';
import type { Entity, ProblemBody, Town } from './types';
import { useHeaders } from './use';

/** What went wrong with a request. `status` 0: the server was not reached at all. */
export class Problem extends Error {
    constructor(
        readonly status: number,
        readonly detail: string,
        readonly retryAfter: number | null = null,
        /** Where in what was sent, as the server names it; empty: it does not. */
        readonly place = '',
        /** Why, without the title. */
        readonly reason = detail,
    ) {
        super(detail || `HTTP ${status}`);
    }
    get unreachable(): boolean {
        return this.status === 0;
    }
}

const kTimeout = 20_000;
let context: string | null = null;

/** From now on answers are compacted with this context, so that attributes carry the pack's short names. */
export function useContext(url: string | null): void {
    context = url;
}

export function requestHeaders(): Record<string, string> {
    const headers: Record<string, string> = { Accept: 'application/json', ...useHeaders() };
    const key = currentKey();
    if (key) headers.Authorization = `Bearer ${key}`;
    if (context) {
        headers.Link = `<${context}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
    }
    return headers;
}

export async function problemOf(response: Response): Promise<Problem> {
    let body: ProblemBody = {};
    try {
        body = (await response.json()) as ProblemBody;
    } catch {
        // A proxy's page, or nothing: the status alone has to do.
    }
    const retryAfter = Number(response.headers.get('Retry-After'));
    const text = [body.title, body.detail].filter(Boolean).join(': ');
    const wait = retryAfter > 0 ? retryAfter : null;
    return new Problem(response.status, text, wait, body.instance ?? '', body.detail ?? text);
}

const parse = (text: string): unknown => (text ? JSON.parse(text) : null);
const json = async (response: Response) => parse(await response.text());

/** Fails: Problem, for an answer that is no success as well as for none. */
async function answerOf<T>(
    path: string,
    init: RequestInit = {},
    read: (response: Response) => Promise<unknown> = json,
): Promise<{ value: T; headers: Headers }> {
    const stopper = new AbortController();
    const timer = setTimeout(() => stopper.abort(), kTimeout);
    try {
        const response = await fetch(path, {
            ...init,
            headers: { ...requestHeaders(), ...(init.headers as Record<string, string>) },
            signal: stopper.signal,
            cache: 'no-store',
        });
        if (!response.ok) throw await problemOf(response);
        return { value: (await read(response)) as T, headers: response.headers };
    } catch (error) {
        throw error instanceof Problem ? error : new Problem(0, '');
    } finally {
        clearTimeout(timer);
    }
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
    return (await answerOf<T>(path, init)).value;
}

export function fetchTown(): Promise<Town> {
    return ask<Town>('/musubi/v1/town');
}

const kPage = 1000;

/** All entities of a type for which `q` holds, page after page; not many more than `most`. */
export async function fetchEntities(type: string, q = '', most = Infinity): Promise<Entity[]> {
    const filter = q && `&q=${encodeURIComponent(q)}`;
    const all: Entity[] = [];
    for (;;) {
        const page = await ask<Entity[]>(
            `/ngsi-ld/v1/entities?type=${type}&format=concise&limit=${kPage}&offset=${all.length}${filter}`,
        );
        all.push(...page);
        if (page.length < kPage || all.length >= most) return all;
    }
}

/** The readings of every entity of a type from `from` on, until `to` if that is told, of each at most the last `count`. */
export async function fetchReadings(
    type: string,
    attribute: string,
    { from, to, count }: { from: number; to?: number; count: number },
): Promise<Entity[]> {
    const end = to === undefined ? '' : `&endTimeAt=${new Date(to).toISOString()}`;
    const all: Entity[] = [];
    for (;;) {
        const page = await ask<Entity[]>(
            `/ngsi-ld/v1/temporal/entities?type=${type}&attrs=${attribute}&timerel=${end ? 'between' : 'after'}` +
                `&timeAt=${new Date(from).toISOString()}${end}&lastN=${count}` +
                `&options=temporalValues&limit=${kPage}&offset=${all.length}`,
        );
        all.push(...page);
        if (page.length < kPage) return all;
    }
}

/** One entity's history of an attribute, as pairs of value and time. */
export function fetchHistory(id: string, attribute: string, from: number): Promise<Entity> {
    return ask<Entity>(
        `/ngsi-ld/v1/temporal/entities/${encodeURIComponent(id)}?attrs=${attribute}` +
            `&timerel=after&timeAt=${new Date(from).toISOString()}&options=temporalValues`,
    );
}

/** The same as whole instances, which carry what the pairs leave out (commit sequence, instance id). */
export function fetchInstances(
    id: string,
    attribute: string,
    from: number,
    to: number,
    recorded = false,
): Promise<Entity> {
    return ask<Entity>(
        `/ngsi-ld/v1/temporal/entities/${encodeURIComponent(id)}?attrs=${attribute}&timerel=between` +
            `&timeAt=${new Date(from).toISOString()}&endTimeAt=${new Date(to).toISOString()}` +
            (recorded ? '&timeproperty=modifiedAt&options=sysAttrs' : ''),
    );
}

/** Anything that is told as JSON, compacted with the pack's context. */
export function fetchJson<T>(path: string, headers: Record<string, string> = {}): Promise<T> {
    return ask<T>(path, { headers });
}

/** The same with the address at which the rest is found (RFC 8288, rel="next"); null: that was all. */
export async function fetchWithNext<T>(
    path: string,
    read: (text: string) => unknown = parse,
    sent: Record<string, string> = {},
): Promise<{ value: T; next: string | null }> {
    const { value, headers } = await answerOf<T>(path, { headers: sent }, async (response) =>
        read(await response.text()),
    );
    const next = /<([^>]*)>;\s*rel="next"/.exec(headers.get('Link') ?? '')?.[1];
    return { value, next: next?.startsWith('/') ? next : null };
}

/** A file, to the byte. */
export const fetchFile = async (path: string): Promise<Blob> =>
    (await answerOf<Blob>(path, {}, (response) => response.blob())).value;

/** Sends what is to be done; where no body is given none is sent. The answer is null where it has no body. */
export function sendJson<T>(method: string, path: string, body?: unknown): Promise<T> {
    if (body === undefined) return ask<T>(path, { method });
    return ask<T>(path, {
        method,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
    });
}

function post<T>(path: string, body: unknown): Promise<T> {
    return sendJson('POST', path, body);
}

export function takeAlert(id: string, by: string, note: string): Promise<Entity> {
    return post(`/musubi/v1/alerts/${encodeURIComponent(id)}/take`, note ? { by, note } : { by });
}

export function recordAction(id: string, by: string, text: string): Promise<Entity> {
    return post(`/musubi/v1/alerts/${encodeURIComponent(id)}/actions`, { by, text });
}

/** The interface's own document, as far as the page reads it, and requests made from it. Pure. */

export interface Reference {
    $ref: string;
}
export interface Parameter {
    name: string;
    in: 'path' | 'query' | 'header';
    required?: boolean;
    description: string;
    'x-description-ja': string;
    schema: { type?: string; enum?: string[]; items?: { enum?: string[] } };
    example: unknown;
}
interface Media {
    example: unknown;
}
interface Operation {
    operationId: string;
    summary: string;
    'x-summary-ja': string;
    description?: string;
    tags: string[];
    parameters: (Parameter | Reference)[];
    requestBody?: Reference;
}
export interface OpenApi {
    tags: { name: string; description: string; 'x-description-ja': string }[];
    paths: Record<string, Record<string, Operation>>;
}

/** An operation with all it refers to at hand. */
export interface Endpoint {
    id: string;
    method: string;
    path: string;
    tag: string;
    en: string;
    ja: string;
    clause: string;
    parameters: Parameter[];
    /** Media type to example, as text; empty: it takes no body. */
    bodies: Record<string, string>;
}

function follow<T>(document: OpenApi, part: T | Reference): T {
    if (typeof part !== 'object' || part === null || !('$ref' in part)) return part as T;
    let at: unknown = document;
    for (const name of part.$ref.slice(2).split('/')) at = (at as Record<string, unknown>)[name];
    return at as T;
}

export function textOf(example: unknown): string {
    return Array.isArray(example) ? example.join(',') : String(example ?? '');
}

export function endpointsOf(document: OpenApi): Endpoint[] {
    return Object.entries(document.paths).flatMap(([path, item]) =>
        Object.entries(item).map(([method, operation]) => {
            const body = operation.requestBody
                ? follow<{ content: Record<string, Media> }>(document, operation.requestBody)
                : { content: {} };
            return {
                id: operation.operationId,
                method: method.toUpperCase(),
                path,
                tag: operation.tags[0] ?? '',
                en: operation.summary,
                ja: operation['x-summary-ja'],
                clause: operation.description ?? '',
                parameters: operation.parameters.map((part) => follow<Parameter>(document, part)),
                bodies: Object.fromEntries(
                    Object.entries(body.content).map(([media, { example }]) => [
                        media,
                        JSON.stringify(example, null, 2),
                    ]),
                ),
            };
        }),
    );
}

/** What is sent. */
export interface Request {
    method: string;
    /** With its query string. */
    path: string;
    headers: Record<string, string>;
    body: string | null;
}

/** Fills in what a person wrote; what is left empty is left out. `values` by place and name: `query q`. */
export function requestOf(
    endpoint: Endpoint,
    values: Record<string, string>,
    media: string,
    body: string,
): Request {
    let path = endpoint.path;
    const query: string[] = [];
    const headers: Record<string, string> = {};
    for (const parameter of endpoint.parameters) {
        const value = (values[`${parameter.in} ${parameter.name}`] ?? '').trim();
        if (parameter.in === 'path')
            path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
        else if (value && parameter.in === 'query')
            // What a query string may hold as it is stays readable (RFC 3986, 3.4).
            query.push(
                `${parameter.name}=${encodeURIComponent(value).replace(/%(3A|2C|2F|3B|40)/g, decodeURIComponent)}`,
            );
        else if (value) headers[parameter.name] = value;
    }
    if (media) headers['Content-Type'] = media;
    // With JSON-LD the context stands in the body.
    if (media === 'application/ld+json') delete headers.Link;
    const asked = query.length ? `?${query.join('&')}` : '';
    return { method: endpoint.method, path: path + asked, headers, body: media ? body : null };
}

const quoted = (text: string) => `'${text.replace(/'/g, `'\\''`)}'`;

/** The same for a shell. The key is not written out: $KEY stands for it. */
export function curlOf(request: Request, origin: string): string {
    const parts = [`curl -sS${request.method === 'GET' ? '' : ` -X ${request.method}`}`];
    parts.push('-H "Authorization: Bearer $KEY"');
    for (const [name, value] of Object.entries(request.headers))
        parts.push(`-H ${quoted(`${name}: ${value}`)}`);
    if (request.body !== null) parts.push(`-d ${quoted(request.body)}`);
    parts.push(quoted(origin + request.path));
    return parts.join(' \\\n  ');
}

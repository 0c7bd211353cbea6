import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { blocksOf } from '../src/model/manual';
import { curlOf, endpointsOf, requestOf, type OpenApi } from '../src/model/openapi';

const kDocument = {
    tags: [],
    paths: {
        '/entities/{entityId}': {
            patch: {
                operationId: 'patchEntity',
                summary: 'Merge',
                'x-summary-ja': '変える',
                tags: ['entities'],
                parameters: [
                    { $ref: '#/components/parameters/entityId' },
                    { name: 'q', in: 'query', schema: {}, example: 'a>1' },
                    { name: 'Link', in: 'header', schema: {}, example: '<x>' },
                ],
                requestBody: { $ref: '#/components/requestBodies/Fragment' },
            },
        },
    },
    components: {
        parameters: {
            entityId: { name: 'entityId', in: 'path', required: true, schema: {}, example: 'urn:a' },
        },
        requestBodies: {
            Fragment: { content: { 'application/json': { example: { level: 1 } } } },
        },
    },
} as unknown as OpenApi;

const [endpoint] = endpointsOf(kDocument);

test('an endpoint has what its operation refers to', () => {
    assert.equal(endpoint!.method, 'PATCH');
    assert.deepEqual(
        endpoint!.parameters.map(({ name }) => name),
        ['entityId', 'q', 'Link'],
    );
    assert.equal(endpoint!.bodies['application/json'], '{\n  "level": 1\n}');
});

test('a request has what was filled in, each in its place, and nothing else', () => {
    const values = { 'path entityId': 'urn:a b/c', 'query q': ' level>1;x=="y&z" ', 'header Link': '' };
    assert.deepEqual(requestOf(endpoint!, values, 'application/json', '{}'), {
        method: 'PATCH',
        path: '/entities/urn%3Aa%20b%2Fc?q=level%3E1;x%3D%3D%22y%26z%22',
        headers: { 'Content-Type': 'application/json' },
        body: '{}',
    });
});

test('with JSON-LD the context stands in the body alone', () => {
    const values = { 'path entityId': 'urn:a', 'header Link': '<x>' };
    const { headers } = requestOf(endpoint!, values, 'application/ld+json', '{}');
    assert.deepEqual(headers, { 'Content-Type': 'application/ld+json' });
});

test('a curl line survives the shell, and does not tell the key', () => {
    const line = curlOf(
        { method: 'PATCH', path: '/a?b', headers: { Link: "<it's>" }, body: '{"a":"it\'s"}' },
        'http://h',
    );
    assert.equal(
        line,
        `curl -sS -X PATCH \\\n  -H "Authorization: Bearer $KEY" \\\n  -H 'Link: <it'\\''s>' \\\n  -d '{"a":"it'\\''s"}' \\\n  'http://h/a?b'`,
    );
});

test('the tutorial is whole in each language, with the same commands', () => {
    const text = readFileSync('../docs/tutorial.md', 'utf8');
    const [ja, en] = [blocksOf(text, 'ja'), blocksOf(text, 'en')];
    assert.deepEqual(
        ja.map(({ kind }) => kind),
        en.map(({ kind }) => kind),
    );
    const commands = (blocks: typeof ja) =>
        blocks.filter(({ kind }) => kind === 'code').map((block) => block.text);
    assert.deepEqual(commands(ja), commands(en));
    assert.equal(commands(ja).length, text.match(/^```/gm)!.length / 2);
    assert.ok(en.every((block) => block.kind === 'code' || !/[\u3041-\u3096]/.test(block.text)));
});

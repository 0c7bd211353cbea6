// The document that /openapi answers: a public linter has nothing to say of it, and each operation
// takes and answers what it says.
import { createConfig, lintFromString } from '@redocly/openapi-core';
import Ajv from '@redocly/ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve } from '../browser/server.mjs';

/** What the examples of the document can not know: ids that come with the day. */
const kRefused = {
    deleteSnapshots: 400, // which, has to be said
    getJsonldContextsByContextId: 422, // the core context is a copy, of which there are only details
    deleteJsonldContextsByContextId: 400, // and it stays
    patchTemporalEntitiesByEntityIdAttrsByAttrIdByInstanceId: 404,
    deleteTemporalEntitiesByEntityIdAttrsByAttrIdByInstanceId: 404,
    postMusubiDeadLettersByIdSend: 404,
    deleteMusubiDeadLettersById: 404,
    postMusubiAlertsByIdTake: 404,
    postMusubiAlertsByIdActions: 404,
    deleteMusubiKeysById: 404,
    deleteMusubiMachinesById: 404,
    postMusubiToken: 400, // its body is a form, which is not sent here
    postMusubiPoliciesByNumberSign: 403, // people sign, not keys
    postMusubiHalts: 403, // the independent body does
    postMusubiHaltsByHaltIdLift: 403,
    postMusubiJournalByNumberRedact: 403, // a privacy officer does
    getEntityMapsByEntityMapId: 404,
    patchEntityMapsByEntityMapId: 404,
    deleteEntityMapsByEntityMapId: 404,
    postExRemoteNotify: 404,
    // nobody is signed in here, and the ids of people come with the day
    postMusubiSession: 401,
    postMusubiMeRecoveryCodes: 403,
    postMusubiMeLoans: 403,
    putMusubiMePassword: 403,
    deleteMusubiMePassword: 403,
    getMusubiMePasskeys: 403,
    postMusubiMePasskeys: 403,
    postMusubiMePasskeysOptions: 403,
    patchMusubiMePasskeysById: 403,
    deleteMusubiMePasskeysById: 403,
    postMusubiSessionOptions: 409, // passkeys are made for a name, and this server has none
    getMusubiMe: 403,
    getMusubiMeHeld: 403,
    getMusubiMeLooks: 403,
    getMusubiMeSigningKeys: 403,
    postMusubiMeSigningKeys: 403,
    getMusubiMeSessions: 403,
    getMusubiMeRecoveryCodes: 403,
    getMusubiMeLoans: 403,
    patchMusubiMe: 403,
    deleteMusubiMeSessionsById: 403,
    deleteMusubiMeLoansById: 403,
    deleteMusubiMeSessions: 403,
    deleteMusubiSession: 403,
    postMusubiPeopleByIdGrants: 404,
    postMusubiPeopleByIdRenewal: 404,
    postMusubiInvitationsLook: 404,
    postMusubiInvitationsAccept: 404,
    postMusubiInvitationsOptions: 404,
    putMusubiOrganisationsById: 404,
    getMusubiPeopleById: 404,
    patchMusubiPeopleById: 404,
    deleteMusubiPeopleByIdGrantsByGrantId: 404,
    deleteMusubiPeopleById: 404,
    deleteMusubiOrganisationsById: 404,
    deleteMusubiInvitationsById: 404,
    getMusubiTownsByCodeLike: 404,
    postMusubiDecisionsByDecisionSign: 403,
    deleteMusubiLoopByKindByName: 409,
    postMusubiTasksByTaskClose: 404,
    putMusubiRoundsByRoundScores: 403, // people give points, not keys
    getMusubiRoundsByRoundScores: 404,
    postMusubiRoundsByRoundClose: 404,
    postMusubiTasksByTaskAssign: 404,
    getMusubiMeOpenid: 403,
    deleteMusubiMeOpenidById: 403,
    postMusubiOpenidByIdStart: 404,
    getMusubiOpenidByIdCallback: 303,
    getMusubiOpenidByIdKeys: 404,
};
/** What a query needs beside what it requires always (5.7.2.4, 5.7.4.4). */
const kNeeded = {
    getEntities: { type: 'Gauge' },
    getMusubiAccess: { id: 'urn:ngsi-ld:Gauge:bridge' },
    deleteEntities: { type: 'Gauge' },
    getTemporalEntities: { type: 'Gauge', lastN: '2' },
    getEntityMaps: { type: 'Gauge' },
    getTemporalEntityMaps: { type: 'Gauge', timerel: 'after', timeAt: '2026-01-01T00:00:00Z' },
    getCsourceRegistrations: { type: 'Weather' },
};
/** Parameters that say nothing alone. */
const kTogether = [
    ['georel', 'geometry', 'coordinates', 'geoproperty'],
    ['orderBy', 'collation', 'orderFrom', 'orderGeometry'],
    ['timerel', 'timeAt', 'endTimeAt', 'timeproperty'],
    ['join', 'joinLevel', 'containedBy'],
];
const kMethods = ['post', 'put', 'get', 'patch', 'delete'];

let server;
let document;
let folder;
let ajv;
before(async () => {
    server = await serve({ synthetic: true });
    document = await (await fetch(`${server.url}/openapi`)).json();
    folder = mkdtempSync(join(tmpdir(), 'musubi-openapi-'));
    ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
    ajv.addSchema(document, 'openapi');
});
after(async () => {
    stop.abort();
    await server?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
});

const follow = (part) => {
    if (!part?.$ref) return part;
    const path = part.$ref.slice(2).split('/');
    return path.reduce((at, name) => at[name.replace(/~1/g, '/')], document);
};

/** In an order in which the examples find each other: made, read, changed, and taken away from within. */
function operations() {
    const all = [];
    for (const method of kMethods) {
        const found = Object.entries(document.paths)
            .filter(([, item]) => item[method])
            .map(([path, item]) => ({ ...item[method], path, method }));
        const depth = ({ path }) => path.split('/').length - path.includes('/temporal/');
        if (method === 'delete') found.sort((a, b) => depth(b) - depth(a));
        all.push(...found);
    }
    return all;
}

const parametersOf = (operation) => operation.parameters.map(follow);

function textOf(parameter) {
    const { example } = parameter;
    return Array.isArray(example) ? example.join(',') : String(example);
}

function addressOf(operation, query) {
    let { path } = operation;
    for (const parameter of parametersOf(operation).filter((p) => p.in === 'path'))
        path = path.replace(`{${parameter.name}}`, encodeURIComponent(textOf(parameter)));
    const required = parametersOf(operation).filter((p) => p.in === 'query' && p.required);
    const needed = Object.fromEntries(required.map((p) => [p.name, textOf(p)]));
    const asked = new URLSearchParams({ ...needed, ...kNeeded[operation.operationId], ...query });
    return `${server.url}${path}${asked.size || [...asked].length ? `?${asked}` : ''}`;
}

function bodyOf(operation, media) {
    const taken = follow(operation.requestBody)?.content;
    const table = taken?.['text/csv']?.example;
    if (table !== undefined) return { body: table, headers: { 'Content-Type': 'text/csv' } };
    const body = taken?.[media]?.example;
    if (body === undefined) return {};
    const sent = body.folder ? { ...body, folder: join(folder, 'backup') } : body;
    return { body: JSON.stringify(sent), headers: { 'Content-Type': media } };
}

/** The live feed has no end: what has been told of it by then is enough. */
const stop = new AbortController();

const send = (operation, query = {}, media = 'application/json', more = {}) => {
    const { body, headers } = bodyOf(operation, media);
    return fetch(addressOf(operation, query), {
        method: operation.method.toUpperCase(),
        body,
        redirect: 'manual',
        headers: { ...headers, ...more },
        signal: stop.signal,
    });
};

/** Whether the answer is one of those that the document tells of. */
async function checkAnswer(operation, response) {
    const name = `${operation.method} ${operation.path} → ${response.status}`;
    const told = follow(operation.responses[response.status]);
    if (!told) assert.fail(`${name} is not in the document: ${await response.text()}`);
    if (operation.path.endsWith('/live')) return undefined;
    const text = await response.text();
    const media = (response.headers.get('content-type') ?? '').split(';')[0];
    if (!told.content) return assert.equal(text, '', name);
    assert.ok(told.content[media], `${name} has the media type ${media}`);
    if (media.startsWith('text/') || media === 'application/x-ndjson') return undefined;
    const { $ref } = told.content[media].schema;
    const valid = ajv.compile({ $ref: `openapi${$ref}` });
    assert.ok(
        valid(JSON.parse(text)),
        `${name}: ${ajv.errorsText(valid.errors)}\n${text.slice(0, 400)}`,
    );
    return undefined;
}

test('a public linter has nothing to say', async () => {
    const config = await createConfig({ extends: ['recommended-strict'] });
    const all = await lintFromString({ source: JSON.stringify(document), config });
    // The way back from a provider always leads on: it has no answer of its own.
    const problems = all.filter(
        ({ ruleId, location }) =>
            ruleId !== 'operation-2xx-response' || !/callback/.test(location[0]?.pointer),
    );
    assert.deepEqual(
        problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`),
        [],
    );
});

test('each operation, parameter, header, body and answer has an example and words', () => {
    for (const operation of operations()) {
        assert.ok(operation.summary && operation['x-summary-ja'], operation.operationId);
        for (const parameter of parametersOf(operation)) {
            assert.ok(parameter.example !== undefined, parameter.name);
            assert.ok(parameter.description && parameter['x-description-ja'], parameter.name);
        }
        const contents = [operation.requestBody, ...Object.values(operation.responses)]
            .map(follow)
            .flatMap((part) => Object.values(part?.content ?? {}));
        for (const content of contents) assert.ok(content.example !== undefined && content.schema);
        for (const answer of Object.values(operation.responses).map(follow))
            for (const header of Object.values(answer.headers ?? {}).map(follow))
                assert.ok(header.example && header.description);
    }
});

test('each operation answers as it is described', { timeout: 60_000 }, async () => {
    for (const operation of operations()) {
        const response = await send(operation);
        const expected = kRefused[operation.operationId];
        const name = `${operation.operationId}: ${response.status}`;
        if (expected) assert.equal(response.status, expected, name);
        else if (!response.ok) assert.fail(`${name} ${await response.text()}`);
        await checkAnswer(operation, response);
    }
});

test('bodies and answers of JSON-LD and GeoJSON are as described', { timeout: 60_000 }, async () => {
    for (const operation of operations()) {
        const ld = follow(operation.requestBody)?.content['application/ld+json'];
        if (ld) await checkAnswer(operation, await send(operation, {}, 'application/ld+json'));
        if (operation.method !== 'get') continue;
        for (const media of Object.keys(follow(operation.responses[200])?.content ?? {})) {
            const accept = { Accept: media };
            await checkAnswer(operation, await send(operation, {}, undefined, accept));
        }
    }
});

test('each parameter is taken where it is described', { timeout: 60_000 }, async () => {
    for (const operation of operations().filter((o) => o.method !== 'post')) {
        const asked = parametersOf(operation).filter((p) => p.in === 'query');
        for (const parameter of asked) {
            const names = kTogether.find((set) => set.includes(parameter.name)) ?? [parameter.name];
            const query = Object.fromEntries(
                asked.filter((p) => names.includes(p.name)).map((p) => [p.name, textOf(p)]),
            );
            if (parameter.example === 'after') delete query.endTimeAt;
            const geo = parameter.name === 'geometryProperty';
            const response = await send(operation, query, undefined, geo ? { Accept: 'application/geo+json' } : {});
            if (response.status !== 400) {
                if (!operation.path.endsWith('/live')) await response.text();
            } else {
                const text = await response.text();
                const { instance = '' } = JSON.parse(text);
                assert.ok(
                    !Object.keys(query).some((name) => instance.startsWith(name)),
                    `${operation.operationId} ${parameter.name}: ${text}`,
                );
            }
        }
    }
});

test('what no key opens, and what is not there, is told as described', async () => {
    const get = operations().find((o) => o.operationId === 'getEntitiesByEntityId');
    const headers = { Authorization: 'Bearer mk_none' };
    const response = await send(get, {}, undefined, headers);
    assert.equal(response.status, 401);
    await checkAnswer(get, response);
    const gone = await send(get);
    assert.equal(gone.status, 404);
    await checkAnswer(get, gone);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { looksAt, shortId, valueText, type Look } from '../src/model/mine';

const text = (value: unknown) => valueText(value, '、');

test('a value is read as a person reads it', () => {
    assert.equal(text('見守り'), '見守り');
    assert.equal(text(0), '0');
    assert.equal(text(false), 'false');
    assert.equal(text({ value: 3.2, unitCode: 'MTR', observedAt: '2026-11-25T08:30:00Z' }), '3.2 m');
    assert.equal(text({ object: ['urn:a', 'urn:b'] }), 'urn:a、urn:b');
    assert.equal(text({ languageMap: { ja: '橋', en: 'bridge' } }), '橋、bridge');
    assert.equal(text({ json: { a: [1] } }), '{"a":[1]}');
    assert.equal(text({ type: 'Point', coordinates: [139.7, 35.6] }), '35.6、139.7');
    assert.equal(text({ value: { '@type': 'DateTime', '@value': '2026-11-25T08:30:00Z' } }), '2026-11-25T08:30:00Z');
    assert.equal(text([{ value: 1, datasetId: 'urn:d:1' }, { value: 2, datasetId: 'urn:d:2' }]), '1、2');
    assert.equal(text({ odd: { deep: 1 } }), '{"odd":{"deep":1}}');
    assert.equal(text(null), '');
});

test('looks at one entity are those that have it', () => {
    const look = (number: number, ...ids: string[]) =>
        ({ number, data: ids.map((id) => ({ id, type: 'T' })) }) as Look;
    const looks = [look(2, 'urn:a', 'urn:b'), look(1, 'urn:b')];
    assert.deepEqual(looksAt(looks, 'urn:a'), [looks[0]]);
    assert.deepEqual(looksAt(looks, null), looks);
    assert.equal(shortId('urn:ngsi-ld:CareVisit:1'), '1');
    assert.equal(shortId('urn:other:1'), 'urn:other:1');
});

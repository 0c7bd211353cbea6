/** The JSON schemas of GET /musubi/v1/loop: what a form asks for, in what form. */
import type { Words } from '../api/types';
import type { Language } from './text';

export interface Schema {
    /** "日本語 / English" */
    title?: string;
    type?: string;
    enum?: string[];
    pattern?: string;
    maxLength?: number;
    items?: Schema;
    properties?: Record<string, Schema>;
    required?: string[];
}

export interface LoopSlot {
    slot: string;
    stage?: string;
    title: Words;
    reconstructed: boolean;
    /** The list that its artefact has to fill. */
    needs?: string;
}
export interface LoopKind {
    type: string;
    path: string;
    title: Words;
    schema: Schema;
}
export interface LoopKinds {
    version: string;
    kinds: LoopKind[];
    slots: LoopSlot[];
}

const kJapanese = /[\u3040-\u30ff\u4e00-\u9fff]/;

/**
 * One half of "日本語 / English". Where an id stands in both, there may be more strokes than one: the
 * Japanese ends at the last part that has Japanese in it.
 */
export function halfOf(text: string, language: Language): string {
    const parts = text.split(' / ');
    const last = parts.map((part) => kJapanese.test(part)).lastIndexOf(true);
    if (last < 0 || last + 1 === parts.length) return text;
    const half = language === 'ja' ? parts.slice(0, last + 1) : parts.slice(last + 1);
    return half.join(' / ');
}

/** The half that is in the reader's language; empty: there is none. */
export function onlyIn(text: string, language: Language): string {
    const half = halfOf(text, language);
    return kJapanese.test(half) === (language === 'ja') ? half : '';
}

export const schemaOf = (kinds: LoopKinds, type: string): Schema =>
    kinds.kinds.find((kind) => kind.type === type)?.schema ?? {};

/** The schema of a member, at any depth: `memberOf(stage, 'expectations', 'threshold')`. */
export function memberOf(schema: Schema, ...path: string[]): Schema {
    return path.reduce<Schema>(
        (at, name) => (at.items ?? at).properties?.[name] ?? {},
        schema,
    );
}

export type FieldKind =
    | 'line'
    | 'text'
    | 'choice'
    | 'choices'
    | 'day'
    | 'number'
    | 'whole'
    /** Several lines of text, each a value. */
    | 'lines'
    /** Several things with members of their own. */
    | 'rows';

/** In what form a member is asked for. */
export function fieldKind(schema: Schema): FieldKind {
    if (schema.enum) return 'choice';
    if (schema.type === 'array' && schema.items?.enum) return 'choices';
    if (schema.type === 'array') return schema.items?.properties ? 'rows' : 'lines';
    if (schema.type === 'number') return 'number';
    if (schema.type === 'integer') return 'whole';
    if (schema.pattern?.startsWith('^[0-9]{4}-')) return 'day';
    return (schema.maxLength ?? 0) > 200 ? 'text' : 'line';
}

/** Why what was typed is not taken; null: it is. Lengths are in characters, as the server counts. */
export type Lack = 'missing' | 'long' | 'number' | 'whole' | null;
export function lackOf(schema: Schema, required: boolean, typed: string | string[]): Lack {
    if (typed.length === 0 || (typeof typed === 'string' && !typed.trim())) {
        return required ? 'missing' : null;
    }
    if (typeof typed !== 'string') return null;
    if (schema.type === 'number' && !Number.isFinite(Number(typed))) return 'number';
    if (schema.type === 'integer' && !/^\d{1,7}$/.test(typed.trim())) return 'whole';
    const characters = (text: string) => [...text].length;
    const most = schema.maxLength ?? schema.items?.maxLength ?? Infinity;
    const parts = fieldKind(schema) === 'lines' ? linesOf(typed) : [typed];
    return parts.some((part) => characters(part) > most) ? 'long' : null;
}

/** The lines of a text that say something, each once. */
const linesOf = (text: string): string[] => [
    ...new Set(
        text
            .split('\n')
            .map((line) => line.trim())
            .filter(Boolean),
    ),
];

/** What is sent of what was typed; undefined: nothing. */
export function valueOf(schema: Schema, typed: string | string[]): unknown {
    if (typeof typed !== 'string') return typed.length ? typed : undefined;
    const text = typed.trim();
    if (!text) return undefined;
    if (fieldKind(schema) === 'lines') return linesOf(text);
    return schema.type === 'number' || schema.type === 'integer' ? Number(text) : text;
}

/** The schema with words of which a member, named by its path, is one (or some). */
export function narrowed(schema: Schema, path: string[], words: string[]): Schema {
    const [name, ...rest] = path;
    if (name === undefined) {
        return schema.type === 'array'
            ? { ...schema, items: { ...schema.items, enum: words } }
            : { ...schema, enum: words };
    }
    const at = schema.items ?? schema;
    const member = narrowed(at.properties?.[name] ?? {}, rest, words);
    const within = { ...at, properties: { ...at.properties, [name]: member } };
    return schema.items ? { ...schema, items: within } : within;
}

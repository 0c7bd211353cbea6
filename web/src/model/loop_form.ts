/** A form made from a schema: what is typed of a thing, what it lacks, what is sent of it. */
import type { LoopThing } from './loop';
import { fieldKind, lackOf, memberOf, valueOf, type Lack, type Schema } from './loop_schema';

export type TypedRow = Record<string, string | string[]>;
export type TypedValue = string | string[] | TypedRow[];
export type TypedThing = Record<string, TypedValue>;
/** By place: `Stage/expectations/0/threshold`. */
export type FormLacks = Record<string, Exclude<Lack, null>>;
/** Of lists that have a row for each word of a choice: that choice, by list. */
export type RowEach = Record<string, string>;

function typedPart(schema: Schema, value: unknown): string | string[] {
    const list = Array.isArray(value) ? value.map(String) : [];
    if (fieldKind(schema) === 'choices') return list;
    if (fieldKind(schema) === 'lines') return list.join('\n');
    return value === undefined || value === null ? '' : String(value);
}

export function typedRow(schema: Schema, row: Record<string, unknown> = {}): TypedRow {
    const members = Object.entries(schema.items?.properties ?? {});
    return Object.fromEntries(
        members.map(([name, member]) => [name, typedPart(member, row[name])]),
    );
}

/** A row for each word of the choice `by`, those that are there as they are. */
function rowsOfEach(schema: Schema, rows: TypedRow[], by: string): TypedRow[] {
    const words = memberOf(schema, by).enum ?? [];
    return words.map(
        (word) => rows.find((row) => row[by] === word) ?? { ...typedRow(schema), [by]: word },
    );
}

/** What is there, as a form shows it. */
export function typedOf(schema: Schema, thing: object = {}, each: RowEach = {}): TypedThing {
    const out: TypedThing = {};
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
        const value = (thing as Record<string, unknown>)[name];
        if (fieldKind(member) !== 'rows') {
            out[name] = typedPart(member, value);
            continue;
        }
        const list = Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
        const rows = list.map((row) => typedRow(member, row));
        out[name] = each[name] ? rowsOfEach(member, rows, each[name]) : rows;
    }
    return out;
}

export const rowsOf = (value: TypedValue | undefined): TypedRow[] =>
    Array.isArray(value) ? (value as TypedRow[]) : [];
const partOf = (value: TypedValue | undefined): string | string[] =>
    (value ?? '') as string | string[];

/** Whether nothing is typed in it; what it is a row of does not count. */
const isBlank = (row: TypedRow, by = ''): boolean =>
    Object.entries(row).every(([name, part]) => name === by || !part?.length);

/** The numbers of the rows that are sent. */
const sentRows = (rows: TypedRow[], by = ''): number[] =>
    rows.flatMap((row, at) => (isBlank(row, by) ? [] : [at]));

function rowValue(schema: Schema, row: TypedRow): Record<string, unknown> {
    const members = Object.entries(schema.items?.properties ?? {});
    return Object.fromEntries(
        members.flatMap(([name, member]) => {
            const value = valueOf(member, row[name] ?? '');
            return value === undefined ? [] : [[name, value]];
        }),
    );
}

/** What is sent of the members that the form shows; an empty list only where one has to be there. */
export function sentOf(
    schema: Schema,
    names: string[],
    typed: TypedThing,
    each: RowEach = {},
): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const name of names) {
        const member = memberOf(schema, name);
        const required = schema.required?.includes(name) ?? false;
        if (fieldKind(member) === 'rows') {
            const rows = rowsOf(typed[name]);
            const list = sentRows(rows, each[name]).map((at) => rowValue(member, rows[at]!));
            if (list.length || required) out[name] = list;
            continue;
        }
        const value = valueOf(member, partOf(typed[name]));
        if (value !== undefined) out[name] = value;
    }
    return out;
}

function rowLacks(place: string, schema: Schema, row: TypedRow, lacks: FormLacks): void {
    for (const [name, member] of Object.entries(schema.items?.properties ?? {})) {
        const required = schema.items?.required?.includes(name) ?? false;
        const lack = lackOf(member, required, row[name] ?? '');
        if (lack) lacks[`${place}/${name}`] = lack;
    }
}

/** What the members that the form shows still lack; `needs` are those that it takes beside the schema's. */
export function formLacks(
    { type, schema }: { type: string; schema: Schema },
    names: string[],
    typed: TypedThing,
    { needs = [], each = {} }: { needs?: string[]; each?: RowEach } = {},
): FormLacks {
    const lacks: FormLacks = {};
    for (const name of names) {
        const place = `${type}/${name}`;
        const member = memberOf(schema, name);
        const required = needs.includes(name) || (schema.required?.includes(name) ?? false);
        if (fieldKind(member) !== 'rows') {
            const lack = lackOf(member, required, partOf(typed[name]));
            if (lack) lacks[place] = lack;
            continue;
        }
        const rows = rowsOf(typed[name]);
        const sent = sentRows(rows, each[name]);
        if (required && !sent.length && !rows.length) lacks[place] = 'missing';
        // The first one that stands there empty is what is missing.
        if (required && !sent.length && rows.length) sent.push(0);
        for (const at of sent) rowLacks(`${place}/${at}`, member, rows[at]!, lacks);
    }
    return lacks;
}

/** Where in the form what a JSON pointer of the server's names is shown; null: it is of another thing. */
export function formPlace(
    pointer: string,
    { type, slug }: { type: string; slug: string },
    typed: TypedThing,
    each: RowEach = {},
): string | null {
    const [of, name, member, row, part] = pointer.split('/').slice(1);
    if (of !== type || name !== slug || member === undefined) return null;
    if (row === undefined) return `${type}/${member}`;
    const value = typed[member];
    const isList = Array.isArray(value) && value.some((one) => typeof one === 'object');
    if (!isList) return `${type}/${member}`;
    const at = sentRows(rowsOf(value), each[member])[Number(row)] ?? row;
    return [type, member, at, ...(part ? [part] : [])].join('/');
}

/** Whether two values of JSON say the same, in whatever order their members stand. */
export function same(a: unknown, b: unknown): boolean {
    if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return a === b;
    const [x, y] = [a, b] as Record<string, unknown>[];
    const names = Object.keys(x!);
    return (
        names.length === Object.keys(y!).length && names.every((name) => same(x![name], y![name]))
    );
}

/** Of which members one typed thing says another thing than the other. */
export const changedIn = (a: TypedThing, b: TypedThing): string[] =>
    [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !same(a[name], b[name]));

export interface Merged {
    typed: TypedThing;
    /** Members that others changed and that were taken over. */
    taken: string[];
    /** Members that both changed: they stand as they were typed here. */
    both: string[];
}
/** What was typed on what was there, laid over what is there by now. */
export function merged(was: TypedThing, mine: TypedThing, theirs: TypedThing): Merged {
    const mineChanged = changedIn(was, mine);
    const theirChanged = changedIn(was, theirs);
    const both = theirChanged.filter(
        (name) => mineChanged.includes(name) && !same(mine[name], theirs[name]),
    );
    const typed = { ...theirs };
    for (const name of mineChanged) typed[name] = mine[name] ?? '';
    return { typed, taken: theirChanged.filter((name) => !mineChanged.includes(name)), both };
}

/** The members of a thing that people write and that are not among `names`. */
export function membersBeside(
    schema: Schema,
    names: string[],
    thing: LoopThing | null,
): Record<string, unknown> {
    const all = (thing ?? {}) as unknown as Record<string, unknown>;
    const beside = Object.keys(schema.properties ?? {}).filter(
        (name) => !names.includes(name) && all[name] !== undefined,
    );
    return Object.fromEntries(beside.map((name) => [name, all[name]]));
}

/** A name for addresses that none of `taken` is: `base`, `base-2`, ... at most 64 long. */
export function freeSlug(base: string, taken: string[]): string {
    const short = base.slice(0, 58);
    for (let n = 1; ; n++) {
        const slug = n === 1 ? short : `${short}-${n}`;
        if (!taken.includes(slug)) return slug;
    }
}

/** A text of policies read so that it can be put into words. The server alone decides what it means. Pure. */
import { parse, TomlError } from 'smol-toml';

export interface PolicyRule {
    kind: 'permission' | 'prohibition';
    id: string;
    ja: string;
    en: string;
    action: string[];
    type: string[];
    attrs: string[];
    role: string[];
    organisation: string[];
    subject: string[];
    purpose: string[];
    assurance: string[];
    idPattern: string;
    scope: string;
    q: string;
    geo: Record<string, unknown> | null;
    /** Milliseconds. */
    from: number | null;
    until: number | null;
    hours: string;
    /** How often each may use it; null: any number of times. */
    count: number | null;
    /** After which span it is counted anew; empty: never. */
    each: string;
    /** Attribute to how coarse. */
    coarsen: [string, string | number][];
}

export interface PersonalTypes {
    type: string[];
    purpose: string[];
    /** Attributes that name whom an entity is about. */
    person: string[];
    ja: string;
    en: string;
}

export interface PolicyText {
    version: string;
    rules: PolicyRule[];
    personal: PersonalTypes[];
}

type Table = Record<string, unknown>;

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
const textsOf = (value: unknown): string[] =>
    Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
const tablesOf = (value: unknown): Table[] => (Array.isArray(value) ? (value as Table[]) : []);
const isTable = (value: unknown): value is Table =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

function timeOf(value: unknown): number | null {
    const time = value instanceof Date ? value.getTime() : Date.parse(textOf(value));
    return Number.isNaN(time) ? null : time;
}

/** One policy as a table of the text has it, or as a halt names what is halted. */
export function ruleOf(kind: PolicyRule['kind'], table: Record<string, unknown>): PolicyRule {
    const coarsen = isTable(table.coarsen) ? Object.entries(table.coarsen) : [];
    return {
        kind,
        id: textOf(table.id),
        ja: textOf(table.ja),
        en: textOf(table.en),
        action: textsOf(table.action),
        type: textsOf(table.type),
        attrs: textsOf(table.attrs),
        role: textsOf(table.role),
        organisation: textsOf(table.organisation),
        subject: textsOf(table.subject),
        purpose: textsOf(table.purpose),
        assurance: textsOf(table.assurance),
        idPattern: textOf(table.idPattern),
        scope: textOf(table.scope),
        q: textOf(table.q),
        geo: isTable(table.geo) ? table.geo : null,
        from: timeOf(table.from),
        until: timeOf(table.until),
        hours: textOf(table.hours),
        count: typeof table.count === 'number' ? table.count : null,
        each: textOf(table.each),
        coarsen: coarsen.map(([name, how]) => [name, typeof how === 'number' ? how : String(how)]),
    };
}

/** What is no TOML, with the line (from 1). */
export class UnreadableText extends Error {
    constructor(readonly line: number) {
        super(`line ${line}`);
    }
}

/** Fails: UnreadableText. */
export function readPolicies(text: string): PolicyText {
    let whole: Table;
    try {
        whole = parse(text);
    } catch (error) {
        throw new UnreadableText(error instanceof TomlError ? error.line : 1);
    }
    const head = isTable(whole.policies) ? whole.policies : {};
    return {
        version: textOf(head.version),
        rules: [
            ...tablesOf(whole.permission).map((table) => ruleOf('permission', table)),
            ...tablesOf(whole.prohibition).map((table) => ruleOf('prohibition', table)),
        ],
        personal: tablesOf(whole.personal).map((table) => ({
            type: textsOf(table.type),
            purpose: textsOf(table.purpose),
            person: textsOf(table.person),
            ja: textOf(table.ja),
            en: textOf(table.en),
        })),
    };
}

/** Which policies come, go and change, by their ids. */
export interface PolicyChanges {
    added: PolicyRule[];
    removed: PolicyRule[];
    changed: PolicyRule[];
    /** What is said of personal types is not the same. */
    personal: boolean;
}

export function changesOf(before: PolicyText, after: PolicyText): PolicyChanges {
    const was = new Map(before.rules.map((rule) => [rule.id, JSON.stringify(rule)]));
    const now = new Set(after.rules.map((rule) => rule.id));
    return {
        added: after.rules.filter((rule) => !was.has(rule.id)),
        removed: before.rules.filter((rule) => !now.has(rule.id)),
        changed: after.rules.filter(
            (rule) => was.has(rule.id) && was.get(rule.id) !== JSON.stringify(rule),
        ),
        personal: JSON.stringify(before.personal) !== JSON.stringify(after.personal),
    };
}

/** The last part of a name that is a URI; other names as they are. */
export function shortName(name: string): string {
    return /^[a-z][a-z0-9+.-]*:/i.test(name) ? (/[^/#:]+$/.exec(name)?.[0] ?? name) : name;
}

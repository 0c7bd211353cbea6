/** The guided set-up of a project: what has been typed, what is missing in it, what is sent in the end. */
import type { LogicArrow } from './loop';
import { kColumns } from './logic_layout';
import {
    lackOf,
    memberOf,
    schemaOf,
    valueOf,
    type Lack,
    type LoopKinds,
    type Schema,
} from './loop_schema';

export type Typed = Record<string, string | string[]>;
export interface SetupNode {
    id: string;
    kind: string;
    words: string;
}
/** What is promised of a measure, as it is typed. */
export interface TypedExpectation {
    measure: string;
    group: string;
    better: string;
    threshold: string;
}
export interface SetupMeasure extends TypedExpectation {
    /** Which part of the logic model it measures. */
    node: string;
}
export interface Draft {
    /** The name under which everything is written. */
    slug: string;
    step: number;
    issue: Typed;
    project: Typed;
    nodes: SetupNode[];
    arrows: LogicArrow[];
    measures: SetupMeasure[];
    stage: Typed;
}

export const kSteps = ['issue', 'project', 'logic', 'measures', 'stage', 'check'] as const;
export const kIssueMembers = ['title', 'description', 'affected', 'place', 'challenge', 'role'];
export const kProjectMembers = [
    'title',
    'owner',
    'leads',
    'purpose',
    'solution',
    'field',
    'fiscalYear',
    'region',
    'functions',
    'grantEnds',
    'payer',
    'paidUntil',
    'repairer',
];
export const kStageMembers = ['kind', 'from', 'to', 'hypothesis', 'looks'];
export const kEffectMembers = ['estimator', 'baselineFrom', 'comparison'];
/** Whether a member of a stage is asked for with this way to tell an effect. */
export function asksFor(name: string, estimator: unknown): boolean {
    if (name === 'baselineFrom') return Boolean(estimator) && estimator !== 'none';
    if (name !== 'comparison') return true;
    return estimator === 'differences' || estimator === 'synthetic-control';
}

/** One box of each kind, and an arrow from each to the next. */
export function emptyDraft(slug: string, fiscalYear: number): Draft {
    const nodes = kColumns.map((kind, at) => ({ id: `n${at + 1}`, kind, words: '' }));
    return {
        slug,
        step: 0,
        issue: {},
        project: { fiscalYear: String(fiscalYear) },
        nodes,
        arrows: nodes.slice(1).map((node, at) => ({
            from: nodes[at]!.id,
            to: node.id,
            assumption: '',
        })),
        measures: [],
        stage: { kind: 'pilot', looks: '1', estimator: 'none' },
    };
}

/** What was kept of a draft; null: it is none. */
export function readDraft(text: string | null): Draft | null {
    try {
        const draft = JSON.parse(text ?? '') as Draft;
        const whole =
            typeof draft.slug === 'string' &&
            [draft.nodes, draft.arrows, draft.measures].every(Array.isArray) &&
            [draft.issue, draft.project, draft.stage].every((one) => typeof one === 'object');
        return whole ? draft : null;
    } catch {
        return null;
    }
}

/** The id of the next box: none that was there before. */
export const nextNode = (nodes: SetupNode[]): string =>
    `n${Math.max(0, ...nodes.map(({ id }) => Number(/^n(\d{1,6})$/.exec(id)?.[1] ?? 0))) + 1}`;

/** Several words in one line of text, however a person separates them. */
const listOf = (typed: string | string[] | undefined): string[] =>
    (typeof typed === 'string' ? typed.split(/[,、\n]/) : (typed ?? []))
        .map((one) => one.trim())
        .filter(Boolean);

function valuesOf(schema: Schema, members: string[], typed: Typed): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const name of members) {
        const member = memberOf(schema, name);
        const lines = member.type === 'array' && !member.items?.enum;
        const value = valueOf(member, lines ? listOf(typed[name]) : (typed[name] ?? ''));
        if (value !== undefined) out[name] = value;
    }
    return out;
}

const stageName = (draft: Draft) => `${draft.slug}-${String(draft.stage.kind)}`;

/** The document of POST /musubi/v1/loop, and the stage that is entered after it. */
export function documentOf(draft: Draft, kinds: LoopKinds) {
    const { slug } = draft;
    const ids = draft.measures.map(({ measure }) => measure);
    const ofIssue = `urn:ngsi-ld:Issue:${slug}`;
    const measuresOf = (node: string) =>
        draft.measures.filter((one) => one.node === node).map(({ measure }) => measure);
    const nodes = draft.nodes.map((node) => {
        const measures = measuresOf(node.id);
        return measures.length ? { ...node, measures } : { ...node };
    });
    const expectations = draft.measures.map((one) => ({
        measure: one.measure,
        ...(one.group ? { group: one.group } : {}),
        better: one.better,
        threshold: Number(one.threshold),
    }));
    const values = (type: string, members: string[], typed: Typed) =>
        valuesOf(schemaOf(kinds, type), members, typed);
    const effect = draft.stage.estimator === 'none' ? ['estimator'] : kEffectMembers;
    return {
        stage: stageName(draft),
        document: {
            Issue: { [slug]: values('Issue', kIssueMembers, draft.issue) },
            LogicModel: { [slug]: { ofIssue, nodes, arrows: draft.arrows } },
            Project: {
                [slug]: {
                    ...values('Project', kProjectMembers, draft.project),
                    ofIssue,
                    ofLogicModel: `urn:ngsi-ld:LogicModel:${slug}`,
                    measures: ids,
                },
            },
            Stage: {
                [stageName(draft)]: {
                    ofProject: `urn:ngsi-ld:Project:${slug}`,
                    ...values('Stage', [...kStageMembers, ...effect], draft.stage),
                    expectations,
                },
            },
        },
    };
}

/** By where it stands, without the name of the thing: `Stage/expectations/0/threshold`. */
export type Lacks = Record<string, Exclude<Lack, null>>;

class Check {
    readonly lacks: Lacks = {};
    constructor(private readonly kinds: LoopKinds) {}

    typed(type: string, members: string[], typed: Typed): void {
        const schema = schemaOf(this.kinds, type);
        for (const name of members) {
            const required = schema.required?.includes(name) ?? false;
            this.one(`${type}/${name}`, memberOf(schema, name), required, typed[name] ?? '');
        }
    }
    one(place: string, schema: Schema, required: boolean, typed: string | string[]): void {
        const lack = lackOf(schema, required, typed);
        if (lack) this.lacks[place] = lack;
    }
    member(type: string, list: string, at: number, name: string, typed: string): void {
        const schema = memberOf(schemaOf(this.kinds, type), list, name);
        this.one(`${type}/${list}/${at}/${name}`, schema, true, typed);
    }
}

/** What a step still lacks; nothing: it may be left. `broken` says which measures are by group. */
export function lacksOf(
    step: number,
    draft: Draft,
    kinds: LoopKinds,
    broken: (measure: string) => boolean,
): Lacks {
    const check = new Check(kinds);
    switch (kSteps[step]) {
        case 'issue':
            check.typed('Issue', kIssueMembers, draft.issue);
            break;
        case 'project':
            check.typed('Project', kProjectMembers, draft.project);
            break;
        case 'logic':
            draft.nodes.forEach(({ words }, at) =>
                check.member('LogicModel', 'nodes', at, 'words', words),
            );
            draft.arrows.forEach((arrow, at) => {
                for (const name of ['from', 'to', 'assumption'] as const)
                    check.member('LogicModel', 'arrows', at, name, arrow[name]);
            });
            break;
        case 'measures':
            if (!draft.measures.length) check.lacks['Project/measures'] = 'missing';
            draft.measures.forEach(({ node }, at) =>
                check.one(`Project/measures/${at}`, {}, true, node),
            );
            break;
        case 'stage':
            check.typed('Stage', kStageMembers, draft.stage);
            draft.measures.forEach((one, at) => {
                check.member('Stage', 'expectations', at, 'threshold', one.threshold);
                const place = `Stage/expectations/${at}/group`;
                check.one(place, {}, broken(one.measure), one.group);
            });
    }
    return check.lacks;
}

/** Where in the set-up a JSON pointer of the server's belongs: the step, and the place within it. */
export function placeOf(pointer: string): { step: number; place: string } | null {
    const [type, , ...rest] = pointer.split('/').slice(1);
    const steps: Record<string, number> = { Issue: 0, Project: 1, LogicModel: 2, Stage: 4 };
    const step = type === undefined ? undefined : steps[type];
    if (step === undefined) return null;
    const place = [type, ...rest].join('/');
    return { step: place.startsWith('Project/measures') ? 3 : step, place };
}

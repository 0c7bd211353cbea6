/** What each button of a project's page lets write: which members, with what they begin, among what they choose. */
import type { Artefact, Participant, Stage } from '../model/loop';
import { freeSlug, rowsOf, type FormLacks, type TypedThing } from '../model/loop_form';
import { narrowed, type LoopKind, type LoopSlot, type Schema } from '../model/loop_schema';
import { dayOf } from '../model/measures';
import { kPromised } from '../model/promises';
import { kDay } from '../model/series';
import { asksFor, kIssueMembers } from '../model/setup';
import { startOfDay } from '../model/text';
import type { EditOf } from './editing.svelte';
import { say, t } from './language.svelte';
import type { ProjectView } from './project_view';
import { chance, stageWords } from './projects.svelte';
import { town } from './town.svelte';

const kMain = [
    'title',
    'owner',
    'leads',
    'purpose',
    'solution',
    'field',
    'fiscalYear',
    'region',
    'townCode',
    'layers',
    'functions',
    'measures',
    'uses',
    'deviceTypes',
];
const kAfterGrant = ['grantEnds', 'payer', 'paidUntil', 'repairer'];
const kParticipant = [
    'name',
    'organisation',
    'role',
    'tier',
    'share',
    'from',
    'to',
    'brings',
    'gets',
];
const kKinds = ['plan', 'pilot', 'rollout'];
const kLevels = [1, 2, 3, 4, 5];

function kindOf({ kinds }: ProjectView, type: string): LoopKind {
    return kinds.kinds.find((kind) => kind.type === type)!;
}
const today = (): string => dayOf(Date.parse(town.info?.present ?? ''));
/** The day after a day. */
const dayAfter = (day: string): string => dayOf(startOfDay(day) + kDay);
const ofProject = (view: ProjectView) => ({ ofProject: view.project.id });
/** Of a thing that has no name of its own. */
const anyName = (view: ProjectView) => () => freeSlug(`${view.project.slug.slice(0, 48)}-${chance()}`, []);

export const measureNames = ({ measures }: ProjectView): Record<string, string> =>
    Object.fromEntries(measures.map((one) => [one.id, say(one.name) || one.id]));

/** The schema with measures as choices at these places. */
const ofMeasures = (view: ProjectView, schema: Schema, ...paths: string[][]): Schema =>
    paths.reduce((made, path) => narrowed(made, path, view.measures.map(({ id }) => id)), schema);

export function projectEdit(view: ProjectView): EditOf {
    const kind = kindOf(view, 'Project');
    const names = measureNames(view);
    return {
        kind,
        schema: ofMeasures(view, kind.schema, ['measures'], ['uses', 'measures']),
        slug: view.project.slug,
        draft: 'main',
        names: kMain,
        words: { 'Project/measures': names, 'Project/uses/measures': names },
    };
}

export function afterGrantEdit(view: ProjectView): EditOf {
    const kind = kindOf(view, 'Project');
    const { slug } = view.project;
    return { kind, schema: kind.schema, slug, draft: 'after', names: kAfterGrant };
}

const linkOf = (view: ProjectView, member: 'ofIssue' | 'ofLogicModel'): EditOf['link'] => ({
    project: view.project.slug,
    member,
    schema: kindOf(view, 'Project').schema,
});

export function issueEdit(view: ProjectView): EditOf {
    const kind = kindOf(view, 'Issue');
    return {
        kind,
        schema: kind.schema,
        slug: view.issue?.slug ?? null,
        draft: view.project.slug,
        name: anyName(view),
        names: kIssueMembers,
        link: view.issue ? undefined : linkOf(view, 'ofIssue'),
    };
}

export function logicEdit(view: ProjectView): EditOf {
    const kind = kindOf(view, 'LogicModel');
    return {
        kind,
        schema: ofMeasures(view, kind.schema, ['nodes', 'measures']),
        slug: view.logicModel?.slug ?? null,
        draft: view.project.slug,
        name: anyName(view),
        names: ['nodes', 'arrows'],
        fixed: view.logicModel ? {} : { ofIssue: view.issue?.id },
        begin: {
            nodes: ['input', 'activity', 'output', 'outcome'].map((one, at) => ({
                id: `n${at + 1}`,
                kind: one,
            })),
            arrows: [1, 2, 3].map((at) => ({ from: `n${at}`, to: `n${at + 1}` })),
        },
        link: view.logicModel ? undefined : linkOf(view, 'ofLogicModel'),
    };
}

export function participantEdit(view: ProjectView, one: Participant | null): EditOf {
    const kind = kindOf(view, 'Participant');
    return {
        kind,
        schema: kind.schema,
        slug: one?.slug ?? null,
        draft: view.project.slug,
        name: anyName(view),
        names: kParticipant,
        begin: { from: today() },
        fixed: one ? {} : ofProject(view),
    };
}

/** With the list that the slot asks for, and what every artefact may have. */
export function artefactEdit(
    view: ProjectView,
    { stage, slot, one }: { stage: Stage; slot: LoopSlot; one: Artefact | null },
): EditOf {
    const kind = kindOf(view, 'Artefact');
    const lists = ['asked', 'hurdles', 'means'] as const;
    const shown = lists.filter((list) => slot.needs === list || one?.[list]?.length);
    const ofStage = slot.stage ? { ofStage: stage.id } : {};
    return {
        kind,
        schema: kind.schema,
        slug: one?.slug ?? null,
        draft: `${stage.slug}/${slot.slot}`,
        name: anyName(view),
        names: ['title', 'on', 'people', 'text', ...shown, 'points', 'links', 'sha256'],
        needs: slot.needs ? [slot.needs] : [],
        begin: {
            on: today(),
            people: [{}],
            asked: slot.needs === 'asked' ? [{}] : [],
            hurdles: slot.needs === 'hurdles' ? [{}] : [],
            means:
                slot.needs === 'means'
                    ? ['people', 'things', 'money'].map((one) => ({ kind: one }))
                    : [],
        },
        fixed: one ? {} : { ...ofProject(view), ...ofStage, slot: slot.slot },
    };
}

/** What an expectation lacks that depends on its measure: a group, where it is broken down. */
function groupLacks({ measures }: ProjectView, typed: TypedThing): FormLacks {
    const lacks: FormLacks = {};
    rowsOf(typed.expectations).forEach((row, at) => {
        const measure = measures.find(({ id }) => id === row.measure);
        if (measure?.definition.by && !row.group) lacks[`Stage/expectations/${at}/group`] = 'missing';
    });
    return lacks;
}

/** The one after the last: its kind, from the day after. */
function nextStage({ stages }: ProjectView): Record<string, unknown> {
    const last = stages[stages.length - 1];
    const at = last ? Math.min(kKinds.indexOf(last.kind) + 1, kKinds.length - 1) : 0;
    return {
        kind: kKinds[at],
        from: last ? dayAfter(last.to) : today(),
        estimator: 'none',
        looks: 1,
    };
}

export function stageEdit(view: ProjectView, stage: Stage | null): EditOf {
    const kind = kindOf(view, 'Stage');
    const taken = view.stages.map(({ slug }) => slug);
    return {
        kind,
        schema: ofMeasures(view, kind.schema, ['expectations', 'measure']),
        slug: stage?.slug ?? null,
        draft: view.project.slug,
        name: (typed) => freeSlug(`${view.project.slug.slice(0, 44)}-${String(typed.kind)}`, taken),
        names: [...kPromised],
        hides: (name, { estimator }) => !asksFor(name, estimator),
        begin: nextStage(view),
        fixed: stage ? {} : ofProject(view),
        also: (typed) => groupLacks(view, typed),
        words: { 'Stage/expectations/measure': measureNames(view) },
        reword: (words) => stageWords(words, view.stages),
    };
}

/** How far each of five things has come: a row for each. */
export function maturityEdit(view: ProjectView, stage: Stage): EditOf {
    const kind = kindOf(view, 'Stage');
    const level = ['maturity', 'level'];
    return {
        kind,
        schema: narrowed(kind.schema, level, kLevels.map(String)),
        slug: stage.slug,
        draft: 'maturity',
        names: ['maturity'],
        each: { maturity: 'of' },
        words: {
            'Stage/maturity/level': Object.fromEntries(
                kLevels.map((one) => [String(one), t(one === 1 ? 'maturity.least' : one === 5 ? 'maturity.most' : 'maturity.level', { level: one })]),
            ),
        },
    };
}

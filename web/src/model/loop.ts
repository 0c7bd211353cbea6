/** Projects and what belongs to them, as the server tells it; what follows from it without asking. */
import type { Words } from '../api/types';
import type { Measure, MeasureValue } from './measures';
import { startOfDay } from './text';

/** A moment as the entities carry it. */
export type Moment = string | { '@value': string };

export interface LoopThing {
    id: string;
    type: string;
    slug: string;
    createdAt: string;
    modifiedAt: string;
    /** Of what people write: given back when it is written again, nobody's change is lost. */
    revision?: string;
}

export interface Issue extends LoopThing {
    title: string;
    challenge: string;
    role: string;
    description: string;
    affected?: string;
    place?: string;
}

export interface LogicNode {
    id: string;
    kind: string;
    words: string;
    measures?: string[];
}
export interface LogicArrow {
    from: string;
    to: string;
    assumption: string;
}
export interface LogicModel extends LoopThing {
    nodes: LogicNode[];
    arrows: LogicArrow[];
}

export interface Project extends LoopThing {
    title: string;
    owner: string;
    leads?: string;
    ofIssue?: string;
    ofLogicModel?: string;
    purpose?: string;
    solution?: string;
    field?: string;
    fiscalYear?: number;
    region?: string;
    layers?: string[];
    functions?: string[];
    measures?: string[];
    grantEnds?: string;
    payer?: string;
    paidUntil?: string;
    repairer?: string;
    isExample?: string;
    stages?: string[];
    openGate?: string;
    state?: 'ended' | 'handed-over';
    stoppedBy?: string;
}

/** Pilots of which only a number is known. */
export interface PilotCount extends LoopThing {
    field: string;
    fiscalYear: number;
    pilots: number;
    source: string;
    isExample?: string;
}

export interface Participant extends LoopThing {
    name: string;
    organisation: string;
    role: string;
    tier: string;
    share: number;
    from: string;
    to?: string;
    brings?: string;
    gets?: string;
}

export interface Expectation {
    measure: string;
    group?: string;
    better: 'up' | 'down';
    threshold: number;
}
/** What is fixed when a stage is entered. */
export interface StagePromise {
    kind: string;
    from: string;
    to: string;
    hypothesis?: string;
    expectations?: Expectation[];
    estimator?: string;
    baselineFrom?: string;
    comparison?: string[];
    looks?: number;
}
/** As it was when its stage began. */
export interface LockedPromise extends StagePromise {
    /** YYYY-MM-DD, by the clock of the town. */
    lockedOn?: string;
}
export interface MovedGoalpost {
    at: string;
    by: string;
    why: string;
    member: keyof StagePromise;
    before?: unknown;
    after?: unknown;
}
export interface Stage extends LoopThing, StagePromise {
    ofProject: string;
    state: 'planned' | 'open' | 'passed' | 'ended';
    lockedAt?: Moment;
    lockedBy?: string;
    lockHash?: string;
    locked?: LockedPromise;
    movedGoalposts?: MovedGoalpost[];
    gates?: string[];
    maturity?: { of: string; level: number; why: string }[];
}

export interface Artefact extends LoopThing {
    ofStage?: string;
    slot: string;
    title: string;
    on: string;
    people: { name: string; organisation: string }[];
    text: string;
    points?: string[];
    asked?: { who: string; objection?: string; noneBy?: string }[];
    hurdles?: { hurdle: string; way: string }[];
    means?: { kind: string; words: string }[];
    links?: string[];
    sha256?: string;
}

export interface Gate extends LoopThing {
    ofStage: string;
    ofProject: string;
    look: number;
    state: 'open' | 'decided';
    openedAt: Moment;
    openedBy: string;
    evidenceHash: string;
    outcome?: string;
    decision?: string;
}

export interface DecisionSignature {
    subject: string;
    name: string;
    organisation: string;
    at: string;
    independentBody: boolean;
    signature: string;
    key: { kid: string };
}
export interface Decision extends LoopThing {
    ofGate: string;
    ofProject: string;
    outcome: string;
    reason: string;
    draftNumber?: string;
    approvalNumber?: string;
    evidenceHash: string;
    state: 'proposed' | 'in-force' | 'replaced' | 'overruled';
    proposedBy: string;
    proposedAt: Moment;
    inForceAt?: Moment;
    signatures?: DecisionSignature[];
    /** The case that its end left for others, or why there is none. */
    leftCase?: string;
    caseLack?: Words;
}

export type EvidenceValue = Pick<
    MeasureValue,
    'from' | 'to' | 'group' | 'value' | 'lack' | 'parts' | 'readingsRoot'
>;
export interface Judged {
    measure: string;
    name?: Words;
    unit?: string;
    definition?: Measure['definition'];
    definitionHash?: string;
    definitionMoved?: boolean;
    values: EvidenceValue[];
    better: 'up' | 'down';
    threshold: number;
    judgedGroup?: string;
    verdict: 'met' | 'not-met' | 'not-told';
    why: Words;
    estimate?: {
        estimate: number;
        interval: { low: number; high: number; level: number; by: Words };
        assumptions: Words[];
    };
    refusal?: { words: Words };
}
/** Of a gate's file, what the pages show. */
export interface Evidence {
    evidence: {
        at: string;
        look: number;
        looks: number;
        level: number;
        seed: number;
        previous: string;
        lockHash: string;
        locked: LockedPromise;
        judged: Judged[];
        slots: { slot: string; ja: string; en: string; by: string[]; reconstructed?: boolean }[];
        versions: { gate: string; measures: string };
    };
    key: string;
    signature: string;
}

/** Milliseconds. */
export const momentOf = (moment: Moment): number =>
    Date.parse(typeof moment === 'string' ? moment : moment['@value']);

/** The name in addresses of what an id names: `urn:ngsi-ld:Gate:a-1` is a-1. */
export const slugOf = (id: string): string => id.replace(/^urn:ngsi-ld:[^:]*:/, '');

export const byDay = (a: { from: string }, b: { from: string }): number =>
    a.from < b.from ? -1 : a.from > b.from ? 1 : 0;

/** The stage that a project is in: the open one, else the last that is over, else the first planned. */
export function stageUnderWay(stages: Stage[]): Stage | null {
    const inOrder = [...stages].sort(byDay);
    const over = inOrder.filter(({ state }) => state === 'passed' || state === 'ended');
    return (
        inOrder.find(({ state }) => state === 'open') ??
        over[over.length - 1] ??
        inOrder[0] ??
        null
    );
}

export type ProjectState = 'ended' | 'handed-over' | 'gate' | 'under-way' | 'waiting' | 'planned';

export function stateOf(project: Project, stages: Stage[]): ProjectState {
    if (project.state) return project.state;
    if (project.openGate) return 'gate';
    if (stages.some(({ state }) => state === 'open')) return 'under-way';
    return stages.some(({ state }) => state === 'passed') ? 'waiting' : 'planned';
}

/** What a slot of a stage is filled with: artefacts of the project, unless they are of another stage. */
export const filling = (artefacts: Artefact[], slot: string, stage: string): Artefact[] =>
    artefacts.filter((one) => one.slot === slot && (!one.ofStage || one.ofStage === stage));

/** How many signatures a decision takes (docs/project-loop.md). */
const kSignatures = 2;

/** What is still needed before a decision holds. */
export interface Needed {
    signatures: number;
    /** Organisations that have signed: the others are of other ones. */
    taken: string[];
    /** The independent body stopped the project: it has to agree. */
    body: boolean;
    /** Alone it would be enough. */
    bodyCanStop: boolean;
}
export function neededFor(decision: Decision, project: Project): Needed {
    const signatures = decision.signatures ?? [];
    const body = signatures.some(({ independentBody }) => independentBody);
    return {
        signatures: Math.max(0, kSignatures - signatures.length),
        taken: signatures.map(({ organisation }) => organisation),
        body: Boolean(project.stoppedBy) && !body,
        bodyCanStop: decision.outcome === 'stop' && !body,
    };
}

/** The value that is judged where no effect is estimated: of the last period within the stage. */
export function lastValue(judged: Judged, from: string): EvidenceValue | undefined {
    const begins = startOfDay(from);
    const within = judged.values.filter(
        (value) =>
            (value.group ?? '') === (judged.judgedGroup ?? '') && Date.parse(value.from) >= begins,
    );
    return within[within.length - 1];
}

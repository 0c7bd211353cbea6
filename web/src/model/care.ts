/** Tasks, findings, heartbeats and the kit, as the server tells them; what follows without asking. */
import type { Words } from '../api/types';
import type {
    Artefact,
    Decision,
    Gate,
    LoopThing,
    Moment,
    Participant,
    Project,
    Stage,
} from './loop';

export interface Task extends LoopThing {
    ofProject: string;
    ofMeasure: string;
    ofValue?: string;
    group?: string;
    title: Words;
    owner: string;
    /** A day, YYYY-MM-DD. */
    due: string;
    daysOverdue?: number;
    state: 'open' | 'closed';
    openedAt: Moment;
    /** When the period of the value that opened it was over. */
    openedTo: string;
    openedValue: number;
    lastValue: number;
    lastTo: string;
    onPath: boolean;
    /** What was promised, as the server writes it. */
    bound: string;
    closedAt?: Moment;
    closedBy?: string;
    closedWords?: string;
    closedValue?: number;
}

/** Open ones first, of them the latest due day last; then closed ones, the last closed first. */
export function inOrder(tasks: Task[]): Task[] {
    const open = tasks.filter(({ state }) => state === 'open');
    const closed = tasks.filter(({ state }) => state !== 'open');
    const at = (task: Task) => JSON.stringify(task.closedAt ?? '');
    return [
        ...open.sort((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0)),
        ...closed.sort((a, b) => (at(a) > at(b) ? -1 : 1)),
    ];
}

/** A later value than that which opened the task is there: without one the server does not close it. */
export const mayClose = (task: Task): boolean => task.lastTo > task.openedTo;

export interface CauseKind extends Words {
    id: 'base' | 'people' | 'agreement' | 'business';
    en: string;
}
export interface FindingEvidence {
    sign: string;
    /** An id, or the name of what has none. */
    of: string;
    number?: number;
    bound?: number;
    on?: string;
    words: Words;
}
interface Cause {
    cause: string;
    kind: CauseKind;
    line: number;
    paper: Words;
}
export interface Finding extends Cause {
    seen: Words;
    evidence: FindingEvidence[];
    leftOut: number;
    clears: Words;
    question: Words;
    answer: Words;
}
export interface NotJudged extends Cause {
    why: Words;
}
export interface Diagnosis {
    project: string;
    at: string;
    findings: Finding[];
    notJudged: NotJudged[];
}
/** How many causes the paper has (docs/diagnosis.md). */
export const kCauses = 12;
export const kKinds: CauseKind['id'][] = ['base', 'people', 'agreement', 'business'];

/** What a piece of evidence names: a type of entities, an entity with its type, or nothing that can be opened. */
export function namedBy(of: string): { type: string; id?: string } | null {
    const entity = /^urn:ngsi-ld:([^:]+):./.exec(of);
    if (entity) return { type: entity[1]!, id: of };
    const type = /^https?:\/\/.*[/#]([A-Za-z]\w*)$/.exec(of);
    return type ? { type: type[1]! } : null;
}

export type Life = 'alive' | 'dormant' | 'ended';
export interface HeartbeatStatement {
    project: string;
    title: string;
    day: string;
    life: Life;
    why: Words;
    /** The last day of the grant. */
    grantEnds: string;
    /** When the project was written down. */
    entered: string;
    /** Since when it is known whether somebody looked. */
    usesCountedFrom: string;
    lastReading?: string;
    lastUse?: string;
    payer?: string;
    repairer?: string;
    monthsOfRunway?: number;
    moneyEnds: boolean;
}
export interface Heartbeats {
    domain: string;
    heartbeats: { statement: HeartbeatStatement; key: string; signature: string }[];
    /** There are more than these. */
    more: boolean;
}

export interface Kit {
    project: Project & { payer?: string; paidUntil?: string; repairer?: string };
    stages: Stage[];
    gates: (Gate & { evidence: string })[];
    decisions: Decision[];
    participants: Participant[];
    artefacts: Artefact[];
    tasks: Task[];
    devices: { id: string; lastReading?: string }[];
    measures: { id: string; ja: string; en: string; definitionHash: string }[];
    handOver: Words[];
    closing: Words[];
}

/** Policies: docs/policies.md. */
import { fetchJson, sendJson } from './client';
import type { Words } from './types';

export interface PolicySignature {
    subject: string;
    at: string;
    /** Absent: from before people had keys. */
    key?: string;
    signature?: string;
    /** Of one version alone: what was signed, and whether it holds. */
    signed?: string;
    holds?: boolean;
}

export interface PolicyVersion {
    number: number;
    state: 'proposed' | 'in-force' | 'former' | 'withdrawn';
    version: string;
    note: string;
    policies: number;
    proposedBy: string;
    proposedAt: string;
    signatures: PolicySignature[];
    inForceAt?: string;
    endedAt?: string;
    /** Of one version alone. */
    text?: string;
    /** Likewise, and of a proposal: what its author may not have meant. */
    warnings?: PolicyWarning[];
}

export interface PolicyWarning {
    /** Ids of the policies that it is about. */
    policies: string[];
    words: Words;
}

export type Reach = 'nothing' | 'part' | 'all';

/** A use of the last month that would come out otherwise. */
export interface TrialLine {
    subject: string;
    action: 'read' | 'modify' | 'delete';
    type: string;
    purpose?: string;
    ground?: string;
    times: number;
    before: Reach;
    after: Reach;
    entities: number;
    shownBefore: number;
    shownAfter: number;
    attributes: string[];
}

export interface Trial {
    uses: number;
    days: number;
    changes: TrialLine[];
    /** Types of which who asks is not shown everything. */
    unseen: string[];
}

export interface Decision {
    subject: string;
    action: 'read' | 'modify' | 'delete';
    entity: string;
    decision: 'permitted' | 'in part' | 'denied';
    decidedBy: 'policies' | 'role or key';
    policies: string[];
    hidden: string[];
    coarser: string[];
}

const kRoot = '/musubi/v1/policies';

export const fetchVersions = () => fetchJson<PolicyVersion[]>(kRoot);
export const fetchVersion = (number: number) => fetchJson<PolicyVersion>(`${kRoot}/${number}`);
export const propose = (text: string, note: string) =>
    sendJson<PolicyVersion>('POST', kRoot, note ? { text, note } : { text });
export const tryOut = (tried: { text: string } | { number: number }) =>
    sendJson<Trial>('POST', `${kRoot}/dry-run`, tried);
export const sign = (number: number) =>
    sendJson<PolicyVersion>('POST', `${kRoot}/${number}/sign`, {});
export const withdraw = (number: number) =>
    sendJson<PolicyVersion>('POST', `${kRoot}/${number}/withdraw`, {});

export function explain(id: string, action: string, subject: string): Promise<Decision> {
    const asked = new URLSearchParams({ id, action });
    if (subject) asked.set('subject', subject);
    return fetchJson<Decision>(`/musubi/v1/access?${asked}`);
}

/** What is halted: empty lists are no bound. */
export interface HaltTarget {
    action?: string[];
    type?: string[];
    attrs?: string[];
    role?: string[];
    organisation?: string[];
    subject?: string[];
    purpose?: string[];
}
/** A use that the independent body has halted, or had. */
export interface Halt extends HaltTarget {
    id: string;
    state: 'in-force' | 'lifted';
    why: string;
    by: string;
    at: string;
    liftedAt?: string;
    liftedBy?: string;
    liftedWhy?: string;
}
const kHalts = '/musubi/v1/halts';
export const fetchHalts = () => fetchJson<Halt[]>(kHalts);
export const halt = (target: HaltTarget, why: string) =>
    sendJson<Halt>('POST', kHalts, { ...target, why });
export const liftHalt = (id: string, why: string) =>
    sendJson<Halt>('POST', `${kHalts}/${encodeURIComponent(id)}/lift`, { why });

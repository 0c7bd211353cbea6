/** Issues, logic models, projects, participants, stages, artefacts, gates, decisions. */
import type {
    Artefact,
    Decision,
    Evidence,
    Gate,
    Issue,
    LogicModel,
    LoopThing,
    Participant,
    PilotCount,
    Project,
    Stage,
} from '../model/loop';
import type { LoopKinds } from '../model/loop_schema';
import { fetchJson, fetchWithNext, sendJson } from './client';
import type { Words } from './types';

const kLoop = '/musubi/v1/loop';
const kGates = '/musubi/v1/gates';
const kDecisions = '/musubi/v1/decisions';

/** Up to 1,000; `more` says that there are others. */
export interface LoopList<T> {
    items: T[];
    more: boolean;
}

const list = <T extends LoopThing>(path: string, project = '') =>
    fetchJson<LoopList<T>>(project ? `${path}?${new URLSearchParams({ project })}` : path);
const one = <T extends LoopThing>(path: string, slug: string) =>
    fetchJson<T>(`${path}/${encodeURIComponent(slug)}`);
const itemsOf = async <T extends LoopThing>(path: string, project: string) =>
    (await list<T>(path, project)).items;

/** The kinds with their schemas, and the slots of evidence. */
export const fetchLoopKinds = () => fetchJson<LoopKinds>(kLoop);
export const fetchProjects = () => list<Project>(`${kLoop}/projects`);
/** Pilots of which only the number is known. */
export const fetchPilotCounts = () => itemsOf<PilotCount>(`${kLoop}/pilot-counts`, '');
export const fetchProject = (slug: string) => one<Project>(`${kLoop}/projects`, slug);
export const fetchIssue = (slug: string) => one<Issue>(`${kLoop}/issues`, slug);
export const fetchLogicModel = (slug: string) => one<LogicModel>(`${kLoop}/logic-models`, slug);
export const fetchStage = (slug: string) => one<Stage>(`${kLoop}/stages`, slug);
/** Of every project where none is named. */
export const fetchStages = (project = '') => itemsOf<Stage>(`${kLoop}/stages`, project);
export const fetchParticipants = (project: string) =>
    itemsOf<Participant>(`${kLoop}/participants`, project);
export const fetchArtefacts = (project: string) =>
    itemsOf<Artefact>(`${kLoop}/artefacts`, project);
export const fetchGates = (project: string) => itemsOf<Gate>(kGates, project);
export const fetchGate = (slug: string) => one<Gate>(kGates, slug);
export const fetchDecisions = (project: string) => itemsOf<Decision>(kDecisions, project);

/** The file to the byte as it was signed. */
export const fetchEvidenceText = async (gate: string) =>
    (await fetchWithNext<string>(`${kGates}/${encodeURIComponent(gate)}/evidence`, (text) => text))
        .value;
export const fetchEvidence = async (gate: string) =>
    JSON.parse(await fetchEvidenceText(gate)) as Evidence;

export const fetchThing = (path: string, slug: string) => one<LoopThing>(`${kLoop}/${path}`, slug);
/** As it was read: who changed it meanwhile keeps it. */
export const removeThing = (path: string, { slug, revision }: LoopThing) =>
    sendJson<null>(
        'DELETE',
        `${kLoop}/${path}/${encodeURIComponent(slug)}?${new URLSearchParams({ revision: revision ?? '' })}`,
    );
/** All of it or nothing. Fails: Problem whose `place` points into the document. */
export const writeLoop = (document: unknown) =>
    sendJson<{ notes?: Words[] }>('POST', kLoop, document);
/** With the revision that was read: what is locked is what it said. `notes`: what is worth knowing. */
export const enterStage = (stage: string, revision?: string) =>
    sendJson<Stage & { notes: Words[] }>(
        'POST',
        `/musubi/v1/stages/${encodeURIComponent(stage)}/enter` +
            (revision === undefined ? '' : `?${new URLSearchParams({ revision })}`),
    );
export const openGate = (stage: string) => sendJson<Gate>('POST', kGates, { stage });

export interface Proposal {
    outcome: string;
    reason: string;
    draftNumber: string;
    approvalNumber: string;
}
export const proposeDecision = (gate: string, proposal: Proposal) =>
    sendJson<Decision>('POST', `${kGates}/${encodeURIComponent(gate)}/decisions`, proposal);
/** In a sign-in of the last minutes. */
export const signDecision = (decision: string) =>
    sendJson<Decision>('POST', `${kDecisions}/${encodeURIComponent(decision)}/sign`, {});

interface Organisation {
    id: string;
    name: Words;
}
export const fetchOrganisations = () => fetchJson<Organisation[]>('/musubi/v1/organisations');

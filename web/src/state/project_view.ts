/** A project with all that belongs to it, as its page shows it. */
import { Problem } from '../api/client';
import {
    fetchArtefacts,
    fetchDecisions,
    fetchGates,
    fetchIssue,
    fetchLogicModel,
    fetchLoopKinds,
    fetchParticipants,
    fetchProject,
    fetchStages,
} from '../api/loop';
import { fetchMeasures } from '../api/measures';
import {
    byDay,
    slugOf,
    type Artefact,
    type Decision,
    type Gate,
    type Issue,
    type LogicModel,
    type Participant,
    type Project,
    type Stage,
} from '../model/loop';
import type { LoopKinds, LoopSlot } from '../model/loop_schema';
import type { Measure } from '../model/measures';
import { say } from './language.svelte';

export interface ProjectView {
    project: Project;
    issue: Issue | null;
    logicModel: LogicModel | null;
    stages: Stage[];
    /** Null: the present role may not see them, for they are about persons. */
    participants: Participant[] | null;
    artefacts: Artefact[] | null;
    gates: Gate[];
    decisions: Decision[];
    slots: LoopSlot[];
    kinds: LoopKinds;
    measures: Measure[];
}

/** What there is to see; null where it is not for the present role, or gone. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | null> {
    try {
        return await answer;
    } catch (error) {
        if (error instanceof Problem && [403, 404].includes(error.status)) return null;
        throw error;
    }
}

/** Fails: Problem, 404 where there is no such project. */
export async function fetchProjectView(slug: string): Promise<ProjectView> {
    const project = await fetchProject(slug);
    const { id, ofIssue, ofLogicModel } = project;
    const [issue, logicModel, stages, participants, artefacts, gates, decisions, kinds, measures] =
        await Promise.all([
            ofIssue ? ifThere(fetchIssue(slugOf(ofIssue))) : null,
            ofLogicModel ? ifThere(fetchLogicModel(slugOf(ofLogicModel))) : null,
            fetchStages(id),
            ifThere(fetchParticipants(id)),
            ifThere(fetchArtefacts(id)),
            fetchGates(id),
            fetchDecisions(id),
            fetchLoopKinds(),
            fetchMeasures(),
        ]);
    return {
        project,
        issue,
        logicModel,
        stages: stages.sort(byDay),
        participants,
        artefacts,
        gates: gates.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)),
        decisions: decisions.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1)),
        slots: kinds.slots,
        kinds,
        measures,
    };
}

/** The slots of a kind of stage: its own, after the factors that belong to all. */
export const slotsOf = (slots: LoopSlot[], stage: string): LoopSlot[] => [
    ...slots.filter((slot) => slot.stage === stage),
    ...slots.filter((slot) => !slot.stage),
];

/** A title of two languages as the server has it; without the word, its id. */
export const slotWords = (slot: LoopSlot): string => say(slot.title) || slot.slot;


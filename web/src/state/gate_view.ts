/** A gate with its evidence and decisions, as its page and the report show it. */
import {
    fetchDecisions,
    fetchEvidence,
    fetchGate,
    fetchOrganisations,
    fetchProject,
} from '../api/loop';
import { fetchMeasures } from '../api/measures';
import {
    lastValue,
    slugOf,
    type Decision,
    type Evidence,
    type EvidenceValue,
    type Gate,
    type Judged,
    type Project,
} from '../model/loop';
import { figureText } from '../model/interval';
import { dayOf, unitOf, valueText, withUnit, type Measure } from '../model/measures';
import { fullDay, startOfDay } from '../model/text';
import { language, say, t } from './language.svelte';

export interface GateView {
    gate: Gate;
    evidence: Evidence;
    project: Project;
    /** Of this gate, the newest first. */
    decisions: Decision[];
    measures: Measure[];
    /** Names of organisations by their ids; what may not be known is not there. */
    organisations: Map<string, string>;
}

async function organisationNames(): Promise<Map<string, string>> {
    try {
        return new Map((await fetchOrganisations()).map(({ id, name }) => [id, say(name)]));
    } catch {
        return new Map(); // Their ids stand in their place.
    }
}

/** Fails: Problem, 404 where there is no such gate. */
export async function fetchGateView(slug: string): Promise<GateView> {
    const gate = await fetchGate(slug);
    const [evidence, project, decisions, measures, organisations] = await Promise.all([
        fetchEvidence(slug),
        fetchProject(slugOf(gate.ofProject)),
        fetchDecisions(gate.ofProject),
        fetchMeasures(),
        organisationNames(),
    ]);
    return {
        gate,
        evidence,
        project,
        decisions: decisions
            .filter(({ ofGate }) => ofGate === gate.id)
            .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
        measures,
        organisations,
    };
}

/** The measure as the evidence has it: its words may have changed since, its definition stands. */
export function measureOf(judged: Judged, measures: Measure[]): Measure {
    const live = measures.find(({ id }) => id === judged.measure);
    return {
        id: judged.measure,
        name: judged.name ?? { ja: judged.measure },
        words: live?.words ?? { ja: '' },
        unit: judged.unit ?? '',
        direction: live?.direction ?? judged.better,
        period: live?.period ?? '',
        formula: live?.formula ?? '',
        decimals: live?.decimals ?? 2,
        goals: [],
        definition: judged.definition ?? { parts: [] },
        hash: judged.definitionHash ?? '',
    };
}

/** The days of a period: one day by itself, else its first and last. */
export function periodWords(value: Pick<EvidenceValue, 'from' | 'to'>): string {
    const [from, to] = [dayOf(Date.parse(value.from)), dayOf(Date.parse(value.to) - 1)];
    const day = (text: string) => fullDay(startOfDay(text), language());
    return from === to ? day(from) : t('stage.days', { from: day(from), to: day(to) });
}

/** What an expectation came to: the effect that was estimated, else the last value; null: neither. */
export interface CameTo {
    number: number;
    words: string;
    interval?: { low: number; high: number; words: string };
    /** The value that is judged, where none is estimated. */
    value?: EvidenceValue;
}
export function cameTo(judged: Judged, measure: Measure, stageFrom: string): CameTo | null {
    const figure = (value: number) => withUnit(figureText(value), unitOf(measure, language()));
    if (judged.estimate) {
        const { estimate, interval } = judged.estimate;
        return {
            number: estimate,
            words: figure(estimate),
            interval: {
                low: interval.low,
                high: interval.high,
                words: t('gate.interval', {
                    low: figureText(interval.low),
                    high: figure(interval.high),
                    level: figureText(interval.level * 100),
                }),
            },
        };
    }
    const value = lastValue(judged, stageFrom);
    if (value?.value === undefined) return null;
    return { number: value.value, words: valueText(measure, value.value, language()), value };
}

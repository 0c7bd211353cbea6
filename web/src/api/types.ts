/** What the server sends. Entities are concise NGSI-LD, compacted with the pack's context. */

export interface Words {
    ja: string;
    en?: string;
}

/** One threshold of the pack: which attribute it is, and the 警戒レベル it corresponds to (or none). */
export interface LevelItem {
    attribute: string;
    level: number | null;
    name: Words;
}

export interface Levels {
    version: string;
    source?: Words;
    items: LevelItem[];
}

export interface Feed {
    name: string;
    title: Words;
    state: 'running' | 'waiting' | 'failing' | 'finished' | 'stopped';
    detail: Words;
    /** When readings last came in, by the wall clock. */
    lastReading?: string;
    readings: number;
    quarantined: number;
    /** The share of a replay that is read, 0 to 1. */
    progress: number;
}

export interface Town {
    name: Words;
    pack: string;
    context: string;
    synthetic: boolean;
    drill: boolean;
    mode: 'live' | 'replay';
    present: string;
    tiles: string | null;
    levels: Levels;
    feeds: Feed[];
    sequence: number;
    role: string;
    now: string;
}

/** A concise Property: the bare value, or an object with it and its sub-attributes. */
export type Concise<T> = T | { value: T; unitCode?: string; observedAt?: string };

export interface Entity {
    id: string;
    type: string;
    [attribute: string]: unknown;
}

export interface Change {
    sequence: number;
    at: string;
    operation: 'created' | 'updated' | 'deleted';
    entity: Entity;
}

/** RFC 9457. */
export interface ProblemBody {
    type?: string;
    title?: string;
    detail?: string;
    instance?: string;
    status?: number;
}

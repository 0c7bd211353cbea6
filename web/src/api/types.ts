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
    source?: string;
    items: LevelItem[];
}

export interface Feed {
    name: string;
    state: 'running' | 'waiting' | 'failing' | 'finished';
    detail?: string;
    lastReading?: string | null;
    readings?: number;
    quarantined?: number;
}

export interface Town {
    name: Words;
    pack: string;
    context: string;
    synthetic: boolean;
    drill: boolean;
    mode: 'live' | 'replay';
    present: string;
    center: [number, number] | null;
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
    status?: number;
}

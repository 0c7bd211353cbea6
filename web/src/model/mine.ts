/** What is held about a person, and who looked. Pure. */
import type { Words } from '../api/types';
import { unitText } from './text';

export interface HeldAttribute {
    name: string;
    /** False: it is held, and not shown here. */
    shown: boolean;
    value?: unknown;
}

export interface HeldEntity {
    id: string;
    createdAt: string;
    modifiedAt: string;
    attributes: HeldAttribute[];
}

export interface HeldType {
    type: string;
    about?: Words;
    /** Those it was collected for. */
    purposes: string[];
    count: number;
    /** There are more than are counted. */
    more?: boolean;
    entities: HeldEntity[];
    next?: string;
}

export interface Look {
    /** Of the entry in the journal. */
    number: number;
    at: string;
    own: boolean;
    who: { kind: 'person' | 'key' | 'machine' | 'program'; role?: string; organisation?: Words };
    way: { name: string } & Words;
    data: { id: string; type: string; about?: Words }[];
    purpose: string;
    ground: { name: string } & Partial<Words>;
    decidedBy?: string;
}

export interface Looks {
    looks: Look[];
    next: string | null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

/** A concise attribute as a person reads it: its value with the unit; several instances one after the other. */
export function valueText(value: unknown, comma: string): string {
    if (Array.isArray(value)) return value.map((one) => valueText(one, comma)).join(comma);
    if (!isObject(value)) return value === null || value === undefined ? '' : String(value);
    for (const name of ['value', 'object', 'objectList', 'valueList', 'vocab', 'languageMap', 'json']) {
        if (!(name in value)) continue;
        const unit = typeof value.unitCode === 'string' ? ` ${unitText(value.unitCode)}` : '';
        const inner = value[name];
        return (name === 'json' ? JSON.stringify(inner) : valueText(inner, comma)) + unit;
    }
    if ('@value' in value) return String(value['@value']);
    if (value.type === 'Point' && Array.isArray(value.coordinates))
        return value.coordinates.slice(0, 2).reverse().join(comma);
    if (Object.values(value).every((one) => typeof one === 'string'))
        return Object.values(value).join(comma);
    return JSON.stringify(value);
}

/** What of an id tells things of one type apart. */
export const shortId = (id: string): string => id.replace(/^urn:ngsi-ld:[^:]*:/, '');

/** The newest look, of all; null: nobody looked. */
export const lastLook = (looks: Look[]): Look | null => looks[0] ?? null;

/** Those at one entity; null: all. */
export const looksAt = (looks: Look[], id: string | null): Look[] =>
    id === null ? looks : looks.filter(({ data }) => data.some((one) => one.id === id));

/** Reading concise NGSI-LD attributes without trusting their shape. */

export interface Quantity {
    value: number;
    unitCode: string;
    observedAt: number | null;
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of an attribute, whether it is bare or carries sub-attributes. */
export function bareValue(attribute: unknown): unknown {
    if (!isObject(attribute)) return attribute;
    if ('value' in attribute) return attribute.value;
    if ('object' in attribute) return attribute.object;
    if ('json' in attribute) return attribute.json;
    return attribute;
}

export function textOf(attribute: unknown): string | null {
    const value = bareValue(attribute);
    return typeof value === 'string' && value !== '' ? value : null;
}

export function numberOf(attribute: unknown): number | null {
    const value = bareValue(attribute);
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function flagOf(attribute: unknown): boolean {
    return bareValue(attribute) === true;
}

/** Milliseconds of a date-time, also of the form {"@type":"DateTime","@value":…}; null if it is none. */
export function timeOf(attribute: unknown): number | null {
    const value = bareValue(attribute);
    const text = isObject(value) ? value['@value'] : value;
    if (typeof text !== 'string') return null;
    const time = Date.parse(text);
    return Number.isNaN(time) ? null : time;
}

export function quantityOf(attribute: unknown): Quantity | null {
    const value = numberOf(attribute);
    if (value === null) return null;
    const parts = isObject(attribute) ? attribute : {};
    return {
        value,
        unitCode: typeof parts.unitCode === 'string' ? parts.unitCode : 'MTR',
        observedAt: timeOf(parts.observedAt),
    };
}

export function pointOf(attribute: unknown): [number, number] | null {
    const value = bareValue(attribute);
    if (!isObject(value) || value.type !== 'Point' || !Array.isArray(value.coordinates))
        return null;
    const [longitude, latitude] = value.coordinates as unknown[];
    return typeof longitude === 'number' && typeof latitude === 'number'
        ? [longitude, latitude]
        : null;
}

/** Words in Japanese and English; a plain string counts as Japanese. */
export function wordsOf(attribute: unknown): { ja: string; en?: string } | null {
    const value = bareValue(attribute);
    if (typeof value === 'string') return value === '' ? null : { ja: value };
    if (!isObject(value)) return null;
    const map = isObject(value.languageMap) ? value.languageMap : value;
    if (typeof map.ja !== 'string') return null;
    return { ja: map.ja, en: typeof map.en === 'string' ? map.en : undefined };
}

export function listOf(attribute: unknown): unknown[] {
    const value = bareValue(attribute);
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? value : [value];
}

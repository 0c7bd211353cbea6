/** How a state looks, for the list and for the map alike: shape, colour and character. */
import type { StateKind } from './stations';

export interface Look {
    /** Corners of the shape: 0 is a circle. */
    corners: 0 | 3 | 4 | 5;
    /** Turned, so that a square stands on its side and a diamond on its corner. */
    turned: boolean;
    fill: string;
    stroke: string;
    ink: string;
    character: string;
    /** Relative to a level's mark. */
    size: number;
}

/** Radius by corners at which the shapes look equally large. */
export const kMarkRadius = { 0: 12, 3: 16, 4: 15.5, 5: 14 };

const kInk = '#1a1a1a';
const kGrey = '#767676';

/** The colours of the 警戒レベル, and of nothing else. Corners grow with the level. */
const kLevels: Record<number, Pick<Look, 'corners' | 'turned' | 'fill' | 'ink'>> = {
    5: { corners: 5, turned: false, fill: 'rgb(12,0,12)', ink: '#ffffff' },
    4: { corners: 4, turned: true, fill: 'rgb(170,0,170)', ink: '#ffffff' },
    3: { corners: 3, turned: false, fill: 'rgb(255,40,0)', ink: '#000000' },
    2: { corners: 0, turned: false, fill: 'rgb(242,231,0)', ink: '#000000' },
    1: { corners: 0, turned: false, fill: 'rgb(255,255,255)', ink: '#000000' },
};

export function levelColour(level: number | null): string | null {
    return level === null ? null : (kLevels[level]?.fill ?? null);
}

/** The look of a 警戒レベル相当; null when the level is unknown to this page. */
function lookOfLevel(level: number): Look | null {
    const known = kLevels[level];
    return known ? { ...known, stroke: kInk, character: String(level), size: 1 } : null;
}

export function lookOf(kind: StateKind, level: number | null): Look {
    const byLevel = kind === 'level' && level !== null ? lookOfLevel(level) : null;
    if (byLevel) return byLevel;
    const grey = { corners: 0 as const, turned: false, stroke: kGrey, ink: kInk };
    switch (kind) {
        case 'level':
        case 'standby':
            return {
                ...grey,
                corners: 4,
                fill: '#e6e6e6',
                stroke: kInk,
                character: '!',
                size: 0.8,
            };
        case 'silent':
            return { ...grey, fill: '#ffffff', stroke: kInk, character: '×', size: 0.75 };
        case 'normal':
            return { ...grey, fill: '#999999', character: '', size: 0.4 };
        case 'plain':
            return { ...grey, fill: '#ffffff', character: '', size: 0.4 };
    }
}

/** Corner points around (0,0) at `radius`, the first at the top or, turned, beside it. */
export function cornersOf(look: Look, radius: number): [number, number][] {
    const start = -Math.PI / 2 + (look.turned ? Math.PI / look.corners : 0);
    return Array.from({ length: look.corners }, (_, i) => {
        const angle = start + (2 * Math.PI * i) / look.corners;
        return [radius * Math.cos(angle), radius * Math.sin(angle)];
    });
}

/** Where the boxes and arrows of a logic model are drawn. Units are pixels of the drawing. */
import type { LogicArrow, LogicNode } from './loop';

export const kColumns = ['input', 'activity', 'output', 'outcome'] as const;

export interface Box {
    node: LogicNode;
    x: number;
    y: number;
    height: number;
    lines: string[];
}
export interface Line {
    arrow: LogicArrow;
    /** Counted from 1, as the list of assumptions counts. */
    number: number;
    path: string;
    /** Where its number stands. */
    at: { x: number; y: number };
}
export interface Layout {
    width: number;
    height: number;
    columns: { kind: string; x: number }[];
    boxes: Box[];
    lines: Line[];
}

export const kBoxWidth = 184;
export const kLineHeight = 20;
export const kFont = 14;
const kGap = 72;
const kPad = 10;
const kHead = 32;
const kBetween = 18;
const kWide = /[\u2e80-\uffef]/;

const widthOf = (character: string) => (kWide.test(character) ? kFont : kFont * 0.56);

/** Lines no wider than `room`; broken between words where there are any, else anywhere. */
export function wrapped(text: string, room: number): string[] {
    const lines: string[] = [];
    let line = '';
    let used = 0;
    for (const piece of text.match(/[^\s\u2e80-\uffef]+\s*|[\u2e80-\uffef]\s*|\s+/g) ?? []) {
        const width = [...piece.trimEnd()].reduce((sum, one) => sum + widthOf(one), 0);
        if (line && used + width > room) {
            lines.push(line.trimEnd());
            line = '';
            used = 0;
        }
        line += piece;
        used += [...piece].reduce((sum, one) => sum + widthOf(one), 0);
    }
    if (line.trim()) lines.push(line.trimEnd());
    return lines;
}

const columnOf = (kind: string) => Math.max(0, kColumns.indexOf(kind as (typeof kColumns)[number]));

function boxesOf(nodes: LogicNode[]): Box[] {
    const next = kColumns.map(() => kHead);
    return nodes.map((node) => {
        const column = columnOf(node.kind);
        const lines = wrapped(node.words, kBoxWidth - 2 * kPad);
        const height = lines.length * kLineHeight + 2 * kPad;
        const y = next[column]!;
        next[column] = y + height + kBetween;
        return { node, x: column * (kBoxWidth + kGap), y, height, lines };
    });
}

/** From the right of one box to the left of another; within a column around its right side. */
function lineOf(arrow: LogicArrow, number: number, from: Box, to: Box): Line {
    const y = [from.y + from.height / 2, to.y + to.height / 2] as const;
    const begins = from.x + kBoxWidth;
    const same = from.x === to.x;
    const ends = same ? begins : to.x;
    const bend = same ? kGap * 0.6 : Math.max(kGap / 2, Math.abs(ends - begins) / 2);
    const controls = [begins + bend, same ? ends + bend : ends - bend] as const;
    const path = `M ${begins} ${y[0]} C ${controls[0]} ${y[0]}, ${controls[1]} ${y[1]}, ${ends} ${y[1]}`;
    // Near its beginning, where arrows to one box are still apart.
    const t = 0.36;
    const at = (a: number, b: number, c: number, d: number) =>
        (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
    return {
        arrow,
        number,
        path,
        at: { x: at(begins, ...controls, ends), y: at(y[0], y[0], y[1], y[1]) },
    };
}

/** Arrows whose ends are not there are left out: the server takes none. */
export function layoutOf(nodes: LogicNode[], arrows: LogicArrow[]): Layout {
    const boxes = boxesOf(nodes);
    const byId = new Map(boxes.map((box) => [box.node.id, box]));
    const lines = arrows.flatMap((arrow, at) => {
        const [from, to] = [byId.get(arrow.from), byId.get(arrow.to)];
        return from && to ? [lineOf(arrow, at + 1, from, to)] : [];
    });
    return {
        width: kColumns.length * kBoxWidth + (kColumns.length - 1) * kGap + 2,
        height: Math.max(kHead, ...boxes.map((box) => box.y + box.height)) + 2,
        columns: kColumns.map((kind, at) => ({ kind, x: at * (kBoxWidth + kGap) })),
        boxes,
        lines,
    };
}

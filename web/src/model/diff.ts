/** Two texts compared line by line. Pure. */

export interface DiffLine {
    kind: 'same' | 'added' | 'removed';
    text: string;
}

/** Beyond so many pairs of lines what differs is told as a whole: all removed, all added. */
const kMostPairs = 4_000_000;

/** The longest common run of lines stays, the rest is removed or added (Hunt & Szymanski's problem, by table). */
function middle(before: string[], after: string[]): DiffLine[] {
    const removed = (text: string): DiffLine => ({ kind: 'removed', text });
    const added = (text: string): DiffLine => ({ kind: 'added', text });
    const [rows, columns] = [before.length, after.length];
    if (rows * columns > kMostPairs) return [...before.map(removed), ...after.map(added)];
    const width = columns + 1;
    const longest = new Uint32Array((rows + 1) * width);
    for (let i = rows - 1; i >= 0; i--)
        for (let j = columns - 1; j >= 0; j--)
            longest[i * width + j] =
                before[i] === after[j]
                    ? longest[(i + 1) * width + j + 1]! + 1
                    : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    const lines: DiffLine[] = [];
    for (let i = 0, j = 0; i < rows || j < columns; ) {
        if (i < rows && j < columns && before[i] === after[j]) {
            lines.push({ kind: 'same', text: before[i++]! });
            j++;
        } else if (
            i < rows &&
            (j === columns || longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!)
        ) {
            lines.push(removed(before[i++]!));
        } else {
            lines.push(added(after[j++]!));
        }
    }
    return lines;
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

export function diffOf(before: string, after: string): DiffLine[] {
    const [a, b] = [linesOf(before), linesOf(after)];
    const same = (text: string): DiffLine => ({ kind: 'same', text });
    let head = 0;
    while (head < a.length && head < b.length && a[head] === b[head]) head++;
    let tail = 0;
    while (
        tail < a.length - head &&
        tail < b.length - head &&
        a[a.length - 1 - tail] === b[b.length - 1 - tail]
    )
        tail++;
    return [
        ...a.slice(0, head).map(same),
        ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
        ...a.slice(a.length - tail).map(same),
    ];
}

/** A piece of a difference as it is shown; `skipped`: so many lines alike are left out. */
export interface DiffPiece {
    lines: DiffLine[];
    skipped: number;
}

/** The lines that differ with a few around them. */
export function piecesOf(lines: DiffLine[], around = 3): DiffPiece[] {
    const near = lines.map(() => false);
    lines.forEach((line, at) => {
        if (line.kind === 'same') return;
        for (let i = Math.max(0, at - around); i <= Math.min(lines.length - 1, at + around); i++)
            near[i] = true;
    });
    const pieces: DiffPiece[] = [];
    lines.forEach((line, at) => {
        const last = pieces[pieces.length - 1];
        if (near[at]) {
            if (last && !last.skipped) last.lines.push(line);
            else pieces.push({ lines: [line], skipped: 0 });
        } else if (last?.skipped) {
            last.skipped++;
        } else {
            pieces.push({ lines: [], skipped: 1 });
        }
    });
    return pieces;
}

import type { Cell, Table } from './table';

function field(cell: Cell): string {
    if (cell === null) return '';
    if (typeof cell === 'number') return String(cell);
    // A text that a spreadsheet would run as a formula is kept a text.
    const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** RFC 4180 in UTF-8, with the byte order mark without which Excel takes Japanese for Shift_JIS. */
export function csvOf(table: Table): string {
    const lines = [table.columns, ...table.rows].map((row) => row.map(field).join(','));
    return '\uFEFF' + lines.join('\r\n') + '\r\n';
}

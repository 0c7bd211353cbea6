/** A workbook of one sheet (ECMA-376): texts inline, numbers as numbers, nothing compressed. */
import type { Cell, Table } from './table';
import { zipOf } from './zip';

const kHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const kMain = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const kRelations = 'http://schemas.openxmlformats.org/package/2006/relationships';
const kOffice = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const kTypes = 'http://schemas.openxmlformats.org/package/2006/content-types';
const kSheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

function escaped(text: string): string {
    return (
        text
            .replace(/&/g, '&amp;')
            .replace(/</g, '&lt;')
            .replace(/>/g, '&gt;')
            .replace(/"/g, '&quot;')
            // Characters that XML 1.0 cannot carry.
            .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    );
}

function cellXml(cell: Cell): string {
    if (cell === null || cell === '') return '<c/>';
    if (typeof cell === 'number') return `<c><v>${cell}</v></c>`;
    return `<c t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
}

function rowXml(cells: Cell[]): string {
    return `<row>${cells.map(cellXml).join('')}</row>`;
}

/** Excel allows 31 characters and none of these in a sheet's name. */
function sheetName(name: string): string {
    return escaped(name.replace(/[\\/?*[\]:]/g, ' ').slice(0, 31));
}

export function xlsxOf(table: Table): Uint8Array {
    const relation = (id: string, type: string, target: string) =>
        `${kHead}<Relationships xmlns="${kRelations}"><Relationship Id="${id}" Type="${kOffice}/${type}" Target="${target}"/></Relationships>`;
    const widths = table.columns.map(
        (_, i) => `<col min="${i + 1}" max="${i + 1}" width="20" customWidth="1"/>`,
    );
    return zipOf([
        [
            '[Content_Types].xml',
            `${kHead}<Types xmlns="${kTypes}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
                `<Override PartName="/xl/workbook.xml" ContentType="${kSheetType}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${kSheetType}.worksheet+xml"/></Types>`,
        ],
        ['_rels/.rels', relation('r1', 'officeDocument', 'xl/workbook.xml')],
        [
            'xl/workbook.xml',
            `${kHead}<workbook xmlns="${kMain}" xmlns:r="${kOffice}"><sheets><sheet name="${sheetName(table.name)}" sheetId="1" r:id="r1"/></sheets></workbook>`,
        ],
        ['xl/_rels/workbook.xml.rels', relation('r1', 'worksheet', 'worksheets/sheet1.xml')],
        [
            'xl/worksheets/sheet1.xml',
            `${kHead}<worksheet xmlns="${kMain}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>` +
                `<cols>${widths.join('')}</cols><sheetData>${[table.columns, ...table.rows].map(rowXml).join('')}</sheetData></worksheet>`,
        ],
    ]);
}

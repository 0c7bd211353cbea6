/** A table on its way out of the page: what both CSV and Excel are written from. */

export type Cell = string | number | null;

export interface Table {
    /** Without extension; becomes the file's and the sheet's name. */
    name: string;
    columns: string[];
    rows: Cell[][];
}

export function download(name: string, type: string, bytes: BlobPart): void {
    const link = document.createElement('a');
    const url = URL.createObjectURL(new Blob([bytes], { type }));
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

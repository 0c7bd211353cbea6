/** Files stored in a zip without compression (APPNOTE 6.3.10, 4.3): what an .xlsx needs and no more. */

function crcTable(): Uint32Array {
    return Uint32Array.from({ length: 256 }, (_, n) => {
        let c = n;
        for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
        return c;
    });
}

const kCrc = crcTable();

export function crc32(bytes: Uint8Array): number {
    let c = 0xffffffff;
    for (const byte of bytes) c = kCrc[(c ^ byte) & 0xff]! ^ (c >>> 8);
    return (c ^ 0xffffffff) >>> 0;
}

/** Numbers in little endian, each of 2 or 4 bytes. */
function record(...fields: [size: 2 | 4, value: number][]): Uint8Array {
    const view = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
    let at = 0;
    for (const [size, value] of fields) {
        if (size === 2) view.setUint16(at, value, true);
        else view.setUint32(at, value, true);
        at += size;
    }
    return new Uint8Array(view.buffer);
}

function concatenated(pieces: Uint8Array[]): Uint8Array {
    const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
        whole.set(piece, at);
        at += piece.length;
    }
    return whole;
}

/** 1 January 1980, the first day a zip can name: the same table gives the same bytes. */
const kDosDate = 0x0021;

export function zipOf(files: [name: string, text: string][]): Uint8Array {
    const encoder = new TextEncoder();
    const bodies: Uint8Array[] = [];
    const directory: Uint8Array[] = [];
    let offset = 0;
    for (const [name, text] of files) {
        const [nameBytes, data] = [encoder.encode(name), encoder.encode(text)];
        // Version 2.0, names in UTF-8, stored.
        const common: [2 | 4, number][] = [
            [2, 20],
            [2, 0x0800],
            [2, 0],
            [2, 0],
            [2, kDosDate],
            [4, crc32(data)],
            [4, data.length],
            [4, data.length],
            [2, nameBytes.length],
            [2, 0],
        ];
        const head = record([4, 0x04034b50], ...common);
        bodies.push(head, nameBytes, data);
        directory.push(
            record(
                [4, 0x02014b50],
                [2, 20],
                ...common,
                [2, 0],
                [2, 0],
                [2, 0],
                [4, 0],
                [4, offset],
            ),
            nameBytes,
        );
        offset += head.length + nameBytes.length + data.length;
    }
    const listing = concatenated(directory);
    const end = record(
        [4, 0x06054b50],
        [2, 0],
        [2, 0],
        [2, files.length],
        [2, files.length],
        [4, listing.length],
        [4, offset],
        [2, 0],
    );
    return concatenated([...bodies, listing, end]);
}

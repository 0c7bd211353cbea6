// Fails when the first page weighs more than it may (200 kB compressed), with all that it may come to fetch:
// its map and its chart. What only other pages load is told beside it.
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const kLimit = 200_000;
/** Parts that the first page (今の町) fetches by itself or when a station is opened: state/parts.ts, map/. */
const kOfFirstPage = /^(map|tiles|LevelChart)-/;
/** Parts that are pages of their own, and what stands behind them. */
const kOfOtherPages = /^(DataPage|DevelopersPage|SettingsPage|ProjectsPage|HeartbeatsPage|MinePage|InvitationDialog|tutorial)-/;

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`);
const size = (some) =>
    some.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
const words = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

// Whatever is not known to belong to another page counts, so that nothing slips by.
const others = new Set();
const text = (file) => readFileSync(file, 'utf8');
const start = files.filter((file) => /(index\.html|\.svg)$/.test(file) || /^index-/.test(basename(file)));
const first = new Set([...start, ...files.filter((file) => kOfFirstPage.test(basename(file)))]);
for (let before = -1; before !== first.size; ) {
    before = first.size;
    for (const file of files) {
        const imported = [...first].some(
            (from) =>
                from.endsWith('.js') &&
                new RegExp(`(from|import)\\s*["'][^"']*${basename(file)}["']`).test(text(from)),
        );
        if (imported) first.add(file);
    }
}
for (const file of files) {
    if (first.has(file)) continue;
    if (kOfOtherPages.test(basename(file)) || reachedFrom(file)) others.add(file);
    else first.add(file);
}

/** Whether a part of another page imports it. */
function reachedFrom(file) {
    return files.some(
        (from) => kOfOtherPages.test(basename(from)) && from.endsWith('.js') && text(from).includes(basename(file)),
    );
}

const [firstSize, all] = [size([...first]), size(files)];
console.log(
    `first page: ${first.size} files, ${words(firstSize)} compressed of ${words(kLimit)}; ` +
        `other pages: ${words(all - firstSize)} in ${others.size}; all: ${files.length} files, ${words(all)}`,
);
if (firstSize > kLimit) {
    console.error('The first page is too heavy. Look at the sizes above for what grew.');
    process.exit(1);
}

// Fails when what the page loads weighs more than the issue allows (200 kB compressed).
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const kLimit = 200_000;
const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath ?? entry.path}/${entry.name}`);

const total = files.reduce(
    (sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length,
    0,
);
console.log(
    `page: ${files.length} files, ${(total / 1000).toFixed(1)} kB compressed of ${kLimit / 1000} kB`,
);
if (total > kLimit) {
    console.error('The page is too heavy. Look at the sizes above for what grew.');
    process.exit(1);
}

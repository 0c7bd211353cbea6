// Bundles test/*.test.ts and runs them with node's own test runner.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const web = fileURLToPath(new URL('..', import.meta.url));
const out = `${web}node_modules/.unit-tests`;
rmSync(out, { recursive: true, force: true });
const tests = readdirSync(`${web}test`).filter((name) => name.endsWith('.test.ts'));
await build({
    entryPoints: tests.map((name) => `${web}test/${name}`),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
});
const built = tests.map((name) => `${out}/${name.replace(/\.ts$/, '.mjs')}`);
const run = spawnSync(process.execPath, ['--test', ...built], { cwd: web, stdio: 'inherit' });
process.exit(run.status ?? 1);

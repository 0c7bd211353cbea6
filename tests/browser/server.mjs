// A server for a test: one of its own for a situation, or the one that MUSUBI_URL names.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { riverFolder } from './river.mjs';

const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url));
const kBinary = process.env.MUSUBI_BINARY ?? fromHere('../../build/release/musubi');
const kPacks = process.env.MUSUBI_PACKS ?? fromHere('../../packs');
const kSite = fromHere('../../web/dist');
const kStartWithin = 30_000;

export const given = process.env.MUSUBI_URL
    ? {
          url: process.env.MUSUBI_URL.replace(/\/$/, ''),
          key: process.env.MUSUBI_KEY ?? null,
          stop: async () => {},
      }
    : null;

export async function freePort() {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address();
    probe.close();
    await once(probe, 'close');
    return port;
}

export const pause = (span) => new Promise((resolve) => setTimeout(resolve, span));

/** The town as the server tells it once its feed has been read; fails when that takes too long. */
async function ready(url, whole, child, printed) {
    for (const end = Date.now() + kStartWithin; Date.now() < end; await pause(100)) {
        if (child.exitCode !== null) break;
        try {
            const town = await (await fetch(`${url}/musubi/v1/town`)).json();
            const read = town.feeds.every(
                (feed) => feed.state === 'finished' || feed.state === 'waiting',
            );
            if (!whole || (town.sequence > 0 && read)) return;
        } catch {
            // Not listening yet.
        }
    }
    throw new Error(`the server is not ready; it printed:\n${printed.join('')}`);
}

async function start(data, port, { pack, feed }, whole, more = []) {
    const child = spawn(kBinary, [
        'serve',
        '--data',
        data,
        '--listen',
        `127.0.0.1:${port}`,
        '--open',
        '--pack',
        pack,
        '--packs',
        kPacks,
        '--site',
        kSite,
        ...(feed ? ['--feed', feed] : []),
        ...more,
    ]);
    const printed = [];
    child.stdout.on('data', (text) => printed.push(text));
    child.stderr.on('data', (text) => printed.push(text));
    const failed = new Promise((_, reject) => child.on('error', reject));
    await Promise.race([ready(`http://127.0.0.1:${port}`, whole, child, printed), failed]);
    return child;
}

async function end(child) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
}

/**
 * A server that has read a feed: `synthetic`, or a river folder with so many stations `wrong` and rows
 * `unread`able, or a `folder` that a test has made; with another `pack` none. `configure` is given its address and says what stands in its configuration.
 * `kill` and `revive` take it from under the page and bring it back; `stop` ends it and removes what it kept.
 */
export async function serve({
    synthetic = false,
    wrong = 0,
    unread = 0,
    configure = null,
    folder = null,
    pack = 'river',
}) {
    if (given) return given;
    const data = mkdtempSync(join(tmpdir(), 'musubi-browser-'));
    const whole = pack === 'river' && !synthetic;
    const feed = synthetic ? 'synthetic' : pack === 'river' ? (folder ?? riverFolder(wrong, unread)) : null;
    const read = { pack, feed };
    const port = await freePort();
    const more = [];
    if (configure) {
        writeFileSync(`${data}.toml`, configure(`http://127.0.0.1:${port}`));
        more.push('--config', `${data}.toml`);
    }
    let child = await start(data, port, read, whole, more);
    return {
        url: `http://127.0.0.1:${port}`,
        key: null,
        kill: () => end(child),
        revive: async () => {
            child = await start(data, port, read, false, more);
        },
        stop: async () => {
            await end(child);
            rmSync(data, { recursive: true, force: true });
            rmSync(`${data}.toml`, { force: true });
            if (whole) rmSync(feed, { recursive: true, force: true });
        },
    };
}

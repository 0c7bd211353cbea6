// axe-core over what a page shows; nothing serious may be left.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const kAxe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function check(page) {
    await page.evaluate(kAxe);
    const { violations } = await page.evaluate(() => window.axe.run(document));
    const serious = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(
            ({ id, nodes }) =>
                `${id}: ${nodes
                    .slice(0, 3)
                    .map((node) => node.html.slice(0, 160))
                    .join(' | ')}`,
        );
    assert.deepEqual(serious, []);
}

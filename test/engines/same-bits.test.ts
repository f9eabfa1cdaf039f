/** Tests that every engine gives the same bits on any number of threads, in every repetition. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { skip } from '../support/skip.js';
import { BROWSERS, obstacleTo, startBrowser } from './browser.js';
import { serveFiles } from './serve-files.js';

/** Output of test/engines/scores.mjs for one backend. */
interface Hashed {
  readonly name: string;
  readonly threads: number;
  readonly reason: string;
  readonly hashes: Readonly<Record<string, readonly string[]>>;
}

const EXPECTED = JSON.parse(readFileSync('fixtures/engines/scores.json', 'utf8')) as Readonly<
  Record<string, string>
>;
const REPEATS = 20;
const COUNTS = [1, 2, 3, 8];
const MINUTES = 60e3;

const NODES: Readonly<Record<string, string>> = {
  'this Node': process.execPath,
  'Node 22': nodeOf('node-22'),
  'Node 24': nodeOf('node-24'),
  'Node 26': nodeOf('node-26'),
};

function nodeOf(alias: string): string {
  return resolve('test/engines/node_modules', alias, 'bin/node');
}

/** Fails unless every repetition gave the expected hash. */
function assertExpected(found: Hashed): void {
  const expected = Object.entries(EXPECTED).map(([name, hash]) => [name, [hash]]);
  assert.deepEqual(
    found.hashes,
    Object.fromEntries(expected),
    `on ${String(found.threads)} threads`,
  );
}

describe('the same bits', function () {
  this.timeout(10 * MINUTES);

  for (const [name, path] of Object.entries(NODES)) {
    it(`come from ${name}, on ${COUNTS.join(', ')} threads`, async function () {
      if (!existsSync(path)) skip(this, `no ${name} in test/engines (npm ci there)`);
      const args = ['test/engines/run-in-node.mjs', REPEATS, ...COUNTS].map(String);
      const { stdout } = await promisify(execFile)(path, args);
      const lines = stdout.trimEnd().split('\n');
      const found = lines.map((line) => JSON.parse(line) as Hashed);
      assert.deepEqual(
        found.map(({ threads }) => threads),
        COUNTS,
      );
      found.forEach(assertExpected);
    });
  }

  for (const name of ['Chromium', 'Firefox'] as const satisfies (keyof typeof BROWSERS)[]) {
    it(`come from ${name}, on ${COUNTS.join(', ')} threads of an isolated page`, async function () {
      const obstacle = obstacleTo(name);
      if (obstacle !== null) skip(this, obstacle);
      for (const found of await hashedIn(name, true, REPEATS)) {
        assert.equal(found.name, found.threads > 1 ? 'wasm-simd-threads' : 'wasm-simd');
        assertExpected(found);
      }
    });

    it(`come from ${name}, on the one thread of a page that is not isolated`, async function () {
      const obstacle = obstacleTo(name);
      if (obstacle !== null) skip(this, obstacle);
      const found = await hashedIn(name, false, 2);
      assert.deepEqual(
        found.map(({ threads, reason }) => `${String(threads)}: ${reason}`),
        COUNTS.map((count) =>
          count === 1 ? '1: one thread was requested' : '1: the page is not cross-origin isolated',
        ),
      );
      found.forEach(assertExpected);
    });
  }
});

/** Results of a page for each number of threads. */
async function hashedIn(
  name: keyof typeof BROWSERS,
  isolated: boolean,
  repeats: number,
): Promise<Hashed[]> {
  const server = await serveFiles(isolated);
  try {
    const browser = await startBrowser(name);
    try {
      const page = await browser.newPage();
      await page.goto(server.page);
      const found = (await page.evaluate(`(async () => {
        const fcn = await import('/dist/entries/web.js');
        const { hashScores } = await import('/test/engines/scores.mjs');
        const found = [];
        for (const threads of ${JSON.stringify(COUNTS)})
          found.push(await hashScores(fcn, threads, ${String(repeats)}));
        return JSON.stringify(found);
      })()`)) as string;
      return JSON.parse(found) as Hashed[];
    } finally {
      await browser.close();
    }
  } finally {
    server.close();
  }
}

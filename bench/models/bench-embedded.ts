/**
 * The embedded model on a photo of 500×375, as a user runs it: a process of `fcn segment`, from start to
 * end, including the written files.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { decodeImage } from '../../src/data/decode-image.js';
import { encodePng } from '../../src/data/encode-png.js';
import { resizeImage } from '../../src/data/resize-image.js';
import { EMBEDDED_MODEL } from '../../src/open/embedded-model.js';

/** Result of the bench. */
export interface EmbeddedFigures {
  readonly width: number;
  readonly height: number;
  readonly runs: number;
  /** Median from the start of the process to its end. */
  readonly medianMs: number;
  /** Fastest and slowest run. */
  readonly rangeMs: readonly [number, number];
  /** Peak resident memory, in 10⁶ bytes. */
  readonly rssMb: number;
}

const WIDTH = 500;
const HEIGHT = 375;
const PHOTO = new URL('../../fixtures/photos/coffee.png', import.meta.url);
const MAIN = new URL('../../dist/cli/main.js', import.meta.url);

/** Makes a process write its peak memory in kB to stream 3 at its end. */
const WATCHED =
  "data:text/javascript,import{writeSync}from'node:fs';" +
  "process.on('exit',()=>writeSync(3,String(process.resourceUsage().maxRSS)))";

/** Reason why the bench cannot run; null if it can. */
export function embeddedObstacle(): string | null {
  if (!existsSync(EMBEDDED_MODEL)) return 'there is no embedded model yet';
  return existsSync(MAIN) ? null : 'the command line is not built: npm run build';
}

/**
 * Runs the bench.
 *
 * @throws Error if the command fails.
 */
export async function benchEmbedded(runs: number): Promise<EmbeddedFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'fcn-bench-'));
  try {
    const photo = join(folder, 'photo.png');
    const original = decodeImage(new Uint8Array(await readFile(PHOTO)), 'photo');
    await writeFile(photo, encodePng(resizeImage(original, WIDTH, HEIGHT)));
    const args = ['segment', photo, '--out', join(folder, 'out')];
    const rssMb = await watchedRss(args);
    const times: number[] = [];
    for (let i = 0; i < runs; i++) times.push(await timed(args));
    times.sort((a, b) => a - b);
    return {
      ...{ width: WIDTH, height: HEIGHT, runs, rssMb },
      medianMs: times[Math.floor(runs / 2)],
      rangeMs: [times[0], times[runs - 1]],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function timed(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(MAIN), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await success(child);
  return performance.now() - start;
}

async function watchedRss(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ['--import', WATCHED, fileURLToPath(MAIN), ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const said = text(child.stdio[3] as NodeJS.ReadableStream); // a pipe, by `stdio` above
  await success(child);
  return (Number(await said) * 1024) / 1e6;
}

async function success(child: ChildProcess): Promise<void> {
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  if (code !== 0) throw new Error(`fcn segment: ended with code ${String(code)}`);
}

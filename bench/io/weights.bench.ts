/**
 * Loading weights of the size of FCN-8s on VGG16, 538 MB, in each format, and Caffe's of NYUDv2's late fusion, 1.10 GB,
 * with the SHA-256 of the file: time and peak memory of a process that does nothing else, and the times of reading,
 * hashing and touching the same amount of new memory alone.
 *
 *     npx tsx bench/io/weights.bench.ts [case...]
 *
 * The files are stored in the system's temporary folder during the bench.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printEnvironment } from '../report.js';
import { LARGE_FILES, sha256Of, type LargeFile } from './large-files.js';
import { measureParts, type LoadParts } from './load-parts.js';

/** Loader that also lets this program's threads run TypeScript. */
const TYPESCRIPT = new URL('../../test/support/tsx-in-every-thread.mjs', import.meta.url).href;

const RUNS = 5;

/** Measurements of the loading process. */
interface Figures {
  readonly ms: number;
  /** Processor time of the process and of the system for it, most of the latter for new pages of memory. */
  readonly userMs: number;
  readonly systemMs: number;
  /** Peak memory, and memory before reading, in bytes. */
  readonly rss: number;
  readonly before: number;
}

async function load(file: LargeFile, path: string, sha256: string): Promise<Figures> {
  const read = await file.prepare(path);
  const before = process.memoryUsage.rss();
  const start = performance.now();
  const cpu = process.cpuUsage();
  if (read(sha256) === 0) throw new Error('bench: no array was read');
  const { user, system } = process.cpuUsage(cpu);
  const ms = performance.now() - start;
  const rss = 1024 * process.resourceUsage().maxRSS;
  return { ms, userMs: user / 1000, systemMs: system / 1000, rss, before };
}

/** Runs this program in a new process: the peak of a process includes that of its parent. */
function again(...task: readonly string[]): string {
  const self = fileURLToPath(import.meta.url);
  const command = ['--import', TYPESCRIPT, self, ...task];
  return execFileSync(process.execPath, command, { encoding: 'utf8' });
}

/** Runs the cases in turns, so that all have the same conditions. */
function measure(name: string, path: string): (Figures & LoadParts)[] {
  const sha256 = sha256Of(path); // also warms the page cache
  return Array.from({ length: RUNS }, () => ({
    ...(JSON.parse(again('--load', name, path, sha256)) as Figures),
    ...(JSON.parse(again('--parts', path)) as LoadParts),
  }));
}

function report(name: string, size: number, runs: readonly (Figures & LoadParts)[]): void {
  const sorted = (of: keyof (Figures & LoadParts)): number[] =>
    runs.map((run) => run[of]).toSorted((a, b) => a - b);
  const median = (of: keyof (Figures & LoadParts)): number => sorted(of)[runs.length >> 1];
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  console.log(
    [
      `${name}: ${megabytes(size)}, median ${seconds(median('ms'))}, fastest ${seconds(sorted('ms')[0])}`,
      `  processor ${seconds(median('userMs'))} + system ${seconds(median('systemMs'))}; each part alone: reading ` +
        `${seconds(median('readMs'))}, SHA-256 ${seconds(median('hashMs'))}, new memory ${seconds(median('pagesMs'))}`,
      `  peak memory ${megabytes(median('rss'))} = ${(median('rss') / size).toFixed(2)} × file, of which ` +
        `${megabytes(median('before'))} before`,
    ].join('\n'),
  );
}

function main(asked: readonly string[]): void {
  printEnvironment();
  const folder = mkdtempSync(join(tmpdir(), 'fcn-bench-'));
  try {
    for (const name of asked.length > 0 ? asked : Object.keys(LARGE_FILES)) {
      const path = join(folder, name);
      again('--write', name, path);
      report(name, statSync(path).size, measure(name, path));
      rmSync(path);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [first, ...others] = process.argv.slice(2);
if (first === '--load') {
  const [name, path, sha256] = others;
  console.log(JSON.stringify(await load(LARGE_FILES[name], path, sha256)));
} else if (first === '--parts') console.log(JSON.stringify(measureParts(others[0])));
else if (first === '--write') await LARGE_FILES[others[0]].write(others[1]);
else main(process.argv.slice(2));

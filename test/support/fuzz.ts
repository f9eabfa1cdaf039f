import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { FcnError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { memorySource } from '../../src/io/byte-source.js';
import { SEED } from './arbitraries.js';
import { FUZZED_FORMATS, type FuzzedName } from './fuzz-formats.js';
import { fuzzRuns } from './mutate.js';

/** How long a format is under fuzz. */
export interface FuzzOptions {
  /** Mutants, times FCN_FUZZ. */
  readonly mutants: number;
  /** Milliseconds of CPU after which no further one is begun, times FCN_FUZZ; default: no limit. */
  readonly milliseconds?: number;
}

/** What became of the mutants of a format. */
export interface FuzzCounts {
  /** Read without complaint. */
  readonly accepted: number;
  /** Refused by a typed error. */
  readonly refused: number;
  /** Milliseconds of the processor that the slowest took. */
  readonly slowest: number;
  /** Bytes by which the process's memory grew most while one was read, garbage included. */
  readonly grown: number;
}

/** No mutant may take longer. */
const MOST_MILLISECONDS = 2000;
/** Nor more than this and twice its length. */
const MOST_BYTES = 64e6;
/** Writing 5 here resets the peak of a process's memory: proc(5). */
const CLEAR_REFS = '/proc/self/clear_refs';
const canForget = existsSync(CLEAR_REFS);
/** The clock is looked at after so many. */
const BETWEEN_LOOKS = 64;

/** Reads damaged files: each must be refused by a typed error or read as a whole, in time and memory. */
export function fuzzFormat(name: FuzzedName, options: FuzzOptions): FuzzCounts {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // most mutants end in an error, of which nobody looks at the stack
  try {
    return readMutants(name, options);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function readMutants(name: FuzzedName, options: FuzzOptions): FuzzCounts {
  const { samples, damage, read } = FUZZED_FORMATS[name];
  const files = samples();
  for (const file of files) read(memorySource(file, 'sound'));
  const rng = createRng(SEED);
  const runs = fuzzRuns(options.mutants);
  const until = fuzzRuns(options.milliseconds ?? Infinity);
  const counts = { accepted: 0, refused: 0, slowest: 0, grown: 0 };
  const began = process.cpuUsage();
  for (let run = 0; run < runs; run++) {
    if (run % BETWEEN_LOOKS === 0 && millisecondsSince(began) > until) break;
    const mutant = damage(files[run % files.length], rng);
    forgetPeak();
    const before = peakBytes();
    const start = process.cpuUsage();
    try {
      read(memorySource(mutant, 'mutant'));
      counts.accepted++;
    } catch (error) {
      if (!(error instanceof FcnError))
        throw withStack(
          error,
          () => read(memorySource(mutant, 'mutant')),
          `${name}, mutant ${String(run)}`,
        );
      counts.refused++;
    }
    const grown = peakBytes() - before;
    assert(
      grown < MOST_BYTES + 2 * mutant.length,
      `${name}, mutant ${String(run)}: ${String(grown)} bytes`,
    );
    counts.grown = Math.max(counts.grown, grown);
    counts.slowest = Math.max(counts.slowest, millisecondsSince(start));
  }
  const { accepted, refused, slowest } = counts;
  assert(slowest < MOST_MILLISECONDS, `${name}: a mutant took ${String(slowest)} ms`);
  assert(
    accepted > 0 && refused > accepted / 10,
    `${String(accepted)} read, ${String(refused)} not`,
  );
  return counts;
}

function millisecondsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e3;
}

/** Makes the peak of the process's memory what it takes now, where the system can: Linux does. */
function forgetPeak(): void {
  if (canForget) writeFileSync(CLEAR_REFS, '5');
}

function peakBytes(): number {
  return 1024 * process.resourceUsage().maxRSS;
}

/** The error once more, with the stack that was not recorded. */
function withStack(error: unknown, again: () => unknown, what: string): Error {
  Error.stackTraceLimit = 100;
  try {
    again();
  } catch (cause) {
    return new Error(`${what}: ${String(cause)}`, { cause });
  }
  return new Error(`${what}, the first time: ${String(error)}`, { cause: error });
}

import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { FcnError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { memorySource } from '../../src/io/byte-source.js';
import { SEED } from './arbitraries.js';
import { FUZZED_FORMATS, type FuzzedName } from './fuzz-formats.js';
import { fuzzRuns } from './mutate.js';

/** Limits of fuzzing one format. */
export interface FuzzOptions {
  /** Number of mutants, times FCN_FUZZ. */
  readonly mutants: number;
  /** CPU time in ms after which no further mutant is started, times FCN_FUZZ; default: no limit. */
  readonly milliseconds?: number;
}

/** Results of fuzzing one format. */
export interface FuzzCounts {
  /** Number of mutants that were read. */
  readonly accepted: number;
  /** Number of mutants rejected with a typed error. */
  readonly refused: number;
  /** CPU time of the slowest mutant, in ms. */
  readonly slowest: number;
  /** Largest growth of the process's memory for one mutant in bytes, including garbage. */
  readonly grown: number;
}

/** Limit of the time for one mutant. */
const MOST_MILLISECONDS = 2000;
/** Limit of the memory for one mutant, plus twice its length. */
const MOST_BYTES = 64e6;
/** Writing 5 here resets the peak of a process's memory: proc(5). */
const CLEAR_REFS = '/proc/self/clear_refs';
const canForget = existsSync(CLEAR_REFS);
/** Number of mutants between checks of the clock. */
const BETWEEN_LOOKS = 64;

/** Reads damaged files: each must be refused by a typed error or read as a whole, in time and memory. */
export function fuzzFormat(name: FuzzedName, options: FuzzOptions): FuzzCounts {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // most mutants end in an error, whose stack is not needed
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

/** Resets the peak of the process's memory to its current size, if the system supports it, as Linux does. */
function forgetPeak(): void {
  if (canForget) writeFileSync(CLEAR_REFS, '5');
}

function peakBytes(): number {
  return 1024 * process.resourceUsage().maxRSS;
}

/** Reproduces the error with its stack, which was not recorded before. */
function withStack(error: unknown, again: () => unknown, what: string): Error {
  Error.stackTraceLimit = 100;
  try {
    again();
  } catch (cause) {
    return new Error(`${what}: ${String(cause)}`, { cause });
  }
  return new Error(`${what}, the first time: ${String(error)}`, { cause: error });
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shape } from '../../src/core/shape.js';
import { INPUT_FILE } from '../peers/exchanged.js';
import type { PlanSettings } from './settings.js';

/** Task of an engine. */
export interface Job {
  /** Name of the network, for engines that build it from the seed. */
  readonly net: string;
  /** Shape of the input. */
  readonly shape: Shape;
  /** Threads that the engine may use. */
  readonly threads: number;
  /** Options of plans. */
  readonly settings: PlanSettings;
  /** Folder with the input, and with the network for engines that cannot build it. */
  readonly folder: string;
}

/** A loaded network, which repeats the same pass. */
export interface Engine {
  /** Runs one timed pass, from the input's values to the result's values. */
  run(): Promise<Float32Array>;
  /** Converts a result to row-major order; missing if it already is. */
  rowMajor?(result: Float32Array): Float32Array;
}

/** Message of the parent process. */
export type Request = { readonly load: Job } | 'run' | 'outcome';

/** Elapsed time and processor time, in ms. */
export interface Times {
  readonly ms: number;
  readonly cpuMs: number;
}

/** The last run's result, row-major, and the peak of the process's memory in 10⁶ bytes. */
export interface Outcome {
  readonly rssMb: number;
  readonly result: Float32Array;
}

/** Answer to each {@link Request}; the result has a request of its own. */
export type Answer = Times | Outcome;

/**
 * Runs an engine that serves requests of its parent process: one process per engine, so that the peak of
 * its memory is its own.
 */
export function serve(load: (job: Job) => Promise<Engine>): void {
  let engine: Engine | undefined;
  let result: Float32Array = new Float32Array(0);
  process.on('message', (request: Request) => {
    void obey(request).then((answer) => process.send?.(answer));
  });

  async function obey(request: Request): Promise<Answer> {
    if (request === 'outcome') {
      const rssMb = (process.resourceUsage().maxRSS * 1024) / 1e6;
      return { rssMb, result: engine?.rowMajor?.(result) ?? result };
    }
    const start = performance.now();
    const cpuStart = process.cpuUsage();
    if (request === 'run') result = (await engine?.run()) ?? result;
    else engine = await load(request.load);
    const { user, system } = process.cpuUsage(cpuStart);
    return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
  }
}

/** Values of a job's input, row-major. */
export async function readInput({ folder }: Job): Promise<Float32Array> {
  const { buffer, byteOffset, byteLength } = await readFile(join(folder, INPUT_FILE));
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

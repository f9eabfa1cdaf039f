import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shape } from '../../src/core/shape.js';
import { INPUT_FILE } from '../peers/exchanged.js';
import type { PlanSettings } from './settings.js';

/** What an engine is asked to run. */
export interface Job {
  /** Name of the network, for engines that can build it from the seed. */
  readonly net: string;
  /** Shape of the input. */
  readonly shape: Shape;
  /** Threads that the engine may use. */
  readonly threads: number;
  /** What plans are told. */
  readonly settings: PlanSettings;
  /** Folder with the input, and with the network for engines that cannot build it. */
  readonly folder: string;
}

/** A network, loaded: does the same again and again. */
export interface Engine {
  /** What is timed: one pass, from the input's numbers to those of the result. */
  run(): Promise<Float32Array>;
  /** Puts a result into row-major order; without it, it is. */
  rowMajor?(result: Float32Array): Float32Array;
}

/** What the parent says. */
export type Request = { readonly load: Job } | 'run' | 'outcome';

/** How long something took, in ms: on the clock, and of that on a processor. */
export interface Times {
  readonly ms: number;
  readonly cpuMs: number;
}

/** The last run's result, row-major, and the peak of the process's memory in 10⁶ bytes. */
export interface Outcome {
  readonly rssMb: number;
  readonly result: Float32Array;
}

/** Answers to each {@link Request}; what came out is asked for apart. */
export type Answer = Times | Outcome;

/**
 * Makes this process an engine that obeys its parent: one process each, so that the peak of its memory
 * is its own.
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

/** The numbers of a job's input, row-major. */
export async function readInput({ folder }: Job): Promise<Float32Array> {
  const { buffer, byteOffset, byteLength } = await readFile(join(folder, INPUT_FILE));
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

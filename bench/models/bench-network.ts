/**
 * Measures one pass of a network on this library's plan and on third-party engines, a process each,
 * interleaved. Timing starts after all results were compared with each other.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReferenceBackend } from '../../src/backend/reference/index.js';
import type { Shape } from '../../src/core/shape.js';
import { trace } from '../../src/graph/trace.js';
import type { PlanMode } from '../../src/plan/plan.js';
import { calibrate } from '../calibration.js';
import type { Job } from '../engines/engine.js';
import type { EngineChoice } from '../engines/engines.js';
import { EngineProcess, type EngineFigures } from '../engines/process.js';
import type { PlanSettings } from '../engines/settings.js';
import { writeInput, writeNetwork, type ExchangeForm } from '../peers/exchange.js';
import { compareScores, type Comparison } from './compare-scores.js';
import { networkInput } from './network.js';
import { networkNamed } from './networks.js';

/** Options of {@link benchNetwork}. */
export interface NetworkBench {
  /** Name of the network. */
  readonly net: string;
  /** Extent of the square input. */
  readonly size: number;
  /** Threads of each engine. */
  readonly threads: number;
  /** Timed passes of each engine. */
  readonly runs: number;
  /** Options of plans. */
  readonly settings: PlanSettings & { readonly mode: PlanMode };
  /** Engines: this library's first; the others are compared with it. */
  readonly engines: readonly EngineChoice[];
}

/** Figures of one engine, and its agreement with the first engine. */
export interface NamedFigures extends EngineFigures, Comparison {
  readonly name: string;
}

/** Result of a bench. */
export interface NetworkFigures {
  readonly net: string;
  readonly title: string;
  readonly size: number;
  readonly threads: number;
  readonly runs: number;
  readonly mode: PlanMode;
  /** Speed of one core from {@link calibrate}, before and after the runs. */
  readonly calibrationGflops: readonly [number, number];
  /** Engines that can run the network, in the requested order. */
  readonly engines: readonly NamedFigures[];
  /** The other engines, with the reason why they cannot run it. */
  readonly missing: Readonly<Record<string, string>>;
}

/** Allowed difference of scores, relative to the largest: engines sum in different orders. */
const MOST_DIFFERENCE = 1e-3;

/**
 * Runs a bench.
 *
 * @throws Error if this library's engine fails, or an engine disagrees with it.
 */
export async function benchNetwork(bench: NetworkBench): Promise<NetworkFigures> {
  const { net, size, threads, runs, settings } = bench;
  const network = networkNamed(net);
  const folder = mkdtempSync(join(tmpdir(), 'fcn-bench-'));
  const started: EngineProcess[] = [];
  const cleanUp = (): void => {
    for (const engine of started) engine.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', cleanUp);
  try {
    const shape = network.inputShape(size);
    const classes = writeAll(folder, bench, shape);
    const missing: Record<string, string> = {};
    const compared = new Map<EngineProcess, Comparison>();
    let ours: Float32Array | undefined;
    for (const { name, file, settings: own } of bench.engines) {
      const engine = new EngineProcess(name, file, threads);
      started.push(engine);
      const job: Job = { net, shape, threads, folder, settings: { ...settings, ...own } };
      try {
        const scores = await engine.load(job);
        ours ??= scores;
        compared.set(engine, agreement(name, scores, ours, classes));
      } catch (error) {
        if (ours === undefined || error instanceof Disagreement) throw error;
        missing[name] = (error as Error).message;
      }
    }
    const before = await calibrate();
    for (let i = 0; i < runs; i++) for (const engine of compared.keys()) await engine.run();
    const calibrationGflops = [before, await calibrate()] as const;
    const engines = [...compared].map(([engine, comparison]) => ({
      ...{ name: engine.name, ...engine.figures(), ...comparison },
    }));
    const { title } = network;
    const { mode } = settings;
    return { net, title, size, threads, runs, mode, calibrationGflops, engines, missing };
  } finally {
    process.off('exit', cleanUp);
    cleanUp();
  }
}

/** Error of two engines with different results. */
class Disagreement extends Error {
  override name = 'Disagreement';
}

function agreement(
  name: string,
  scores: Float32Array,
  ours: Float32Array,
  classes: number,
): Comparison {
  const comparison = compareScores(scores, ours, classes);
  if (comparison.largestDifference > MOST_DIFFERENCE) {
    const share = comparison.largestDifference.toExponential(1);
    throw new Disagreement(
      `${name} computes something else: scores differ by ${share} of the largest`,
    );
  }
  return comparison;
}

/** Writes the files of the engines into the folder, and returns the number of channels of the result. */
function writeAll(folder: string, { net, engines }: NetworkBench, shape: Shape): number {
  const network = networkNamed(net);
  writeInput(folder, network.input?.(shape) ?? networkInput(shape));
  const forms = new Set<ExchangeForm>();
  for (const { form } of engines) if (form !== null) forms.add(form);
  if (forms.size > 0) {
    writeNetwork(folder, network.build(createReferenceBackend()), shape, forms);
  }
  const [output] = trace(network.build(null), shape).outputs;
  return output.shape[1];
}

/**
 * One forward pass of FCN-8s (VGG16, padding 100, 21 classes, weights from a seed) on one thread: this
 * library eagerly and as plans, and onnxruntime-web, a process each, interleaved; the results are compared.
 */
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReferenceBackend } from '../../src/backend/reference/index.js';
import { exportOnnx } from '../../src/formats/onnx/export-network.js';
import { calibrate } from '../calibration.js';
import type { Job } from '../engines/engine.js';
import { EngineProcess, type EngineFigures, type EngineReport } from '../engines/process.js';
import { compareScores, type Comparison } from './compare-scores.js';
import { buildNetwork, CLASSES } from './fcn8s.js';

/** What a bench of a network may be told. */
export interface NetworkBenchOptions {
  /** Extent of the square input. */
  readonly size: number;
  /** Timed runs of each engine. */
  readonly runs: number;
}

/** One engine's figures, and how far it agrees with the first one. */
export interface NamedFigures extends EngineFigures, Comparison {
  readonly name: string;
}

/** What the bench found. */
export interface Fcn8sFigures {
  readonly size: number;
  readonly runs: number;
  /** Before the runs and after them. */
  readonly calibrationGflops: readonly [number, number];
  /** The eager run first; onnxruntime-web last, if it was measured. */
  readonly engines: readonly NamedFigures[];
}

/** Name of the peer. */
export const PEER = 'onnxruntime-web';

const PLAN = new URL('../engines/plan.ts', import.meta.url);
const OURS: readonly EngineOptions[] = [
  { name: 'eager', file: new URL('../engines/eager.ts', import.meta.url) },
  { name: 'plan, exact', file: PLAN, mode: 'exact' },
  { name: 'plan, fast', file: PLAN, mode: 'fast' },
];
const THEIRS: EngineOptions = {
  name: PEER,
  file: new URL('../engines/onnxruntime-web.ts', import.meta.url),
};
const PEERS = new URL('../peers/node_modules/', import.meta.url);

/** An engine to measure. */
interface EngineOptions extends Pick<Job, 'mode'> {
  readonly name: string;
  readonly file: URL;
}

/** Runs the bench and returns its figures. */
export async function benchFcn8s({ size, runs }: NetworkBenchOptions): Promise<Fcn8sFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'fcn-bench-'));
  const wanted = existsSync(PEERS) ? [...OURS, THEIRS] : OURS;
  const engines = wanted.map((options) => ({
    ...options,
    process: new EngineProcess(options.file),
  }));
  try {
    const onnx = join(folder, 'fcn8s.onnx');
    if (wanted.includes(THEIRS)) writeModel(onnx, size);
    for (const { process, mode } of engines) {
      await process.load({ size, onnx, ...(mode === undefined ? {} : { mode }) });
    }
    const before = await calibrate();
    for (let i = 0; i < runs; i++) for (const { process } of engines) await process.run();
    const calibrationGflops = [before, await calibrate()] as const;
    const reports: (EngineReport & { readonly name: string })[] = [];
    for (const { name, process } of engines) reports.push({ name, ...(await process.finish()) });
    return { size, runs, calibrationGflops, engines: compared(reports) };
  } finally {
    for (const { process } of engines) process.stop();
    rmSync(folder, { recursive: true });
  }
}

function compared(reports: readonly (EngineReport & { readonly name: string })[]): NamedFigures[] {
  return reports.map(({ result, ...figures }) => ({
    ...figures,
    ...compareScores(result, reports[0].result, CLASSES),
  }));
}

/** Writes the network as an ONNX file, piece by piece: it is half a gigabyte. */
function writeModel(path: string, size: number): void {
  const network = buildNetwork(createReferenceBackend());
  const file = openSync(path, 'w');
  for (const part of exportOnnx(network, [1, 3, size, size])) {
    for (let at = 0; at < part.length;) at += writeSync(file, part, at);
  }
  closeSync(file);
}

/**
 * One forward pass of FCN-8s (VGG16, padding 100, 21 classes, weights from a seed) on one thread: this
 * library's eager path and onnxruntime-web, a process each, interleaved; the results are compared.
 */
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReferenceBackend } from '../../src/backend/reference/index.js';
import { trace } from '../../src/graph/trace.js';
import { calibrate } from '../calibration.js';
import { EngineProcess, type EngineFigures, type EngineReport } from '../engines/process.js';
import { writeOnnx } from '../peers/onnx.js';
import { compareScores, type Comparison } from './compare-scores.js';
import { buildNetwork, CLASSES } from './fcn8s.js';

/** What a bench of a network may be told. */
export interface NetworkBenchOptions {
  /** Extent of the square input. */
  readonly size: number;
  /** Timed runs of each engine. */
  readonly runs: number;
}

/** What the bench found. */
export interface Fcn8sFigures {
  readonly size: number;
  readonly runs: number;
  /** Before the runs and after them. */
  readonly calibrationGflops: readonly [number, number];
  readonly ours: EngineFigures;
  /** Null where `npm ci --ignore-scripts` was not run in bench/peers. */
  readonly peer: (EngineFigures & Comparison) | null;
}

const EAGER = new URL('../engines/eager.ts', import.meta.url);
const ONNXRUNTIME_WEB = new URL('../engines/onnxruntime-web.ts', import.meta.url);
const PEERS = new URL('../peers/node_modules/', import.meta.url);

/** Runs the bench and returns its figures. */
export async function benchFcn8s({ size, runs }: NetworkBenchOptions): Promise<Fcn8sFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'fcn-bench-'));
  const engines = [new EngineProcess(EAGER)];
  try {
    const onnx = join(folder, 'fcn8s.onnx');
    if (existsSync(PEERS)) {
      writeModel(onnx, size);
      engines.push(new EngineProcess(ONNXRUNTIME_WEB));
    }
    for (const engine of engines) await engine.load({ size, onnx });
    const before = await calibrate();
    for (let i = 0; i < runs; i++) for (const engine of engines) await engine.run();
    const calibrationGflops = [before, await calibrate()] as const;
    const reports: EngineReport[] = [];
    for (const engine of engines) reports.push(await engine.finish());
    return { size, runs, calibrationGflops, ...figuresOf(reports) };
  } finally {
    for (const engine of engines) engine.stop();
    rmSync(folder, { recursive: true });
  }
}

function figuresOf(reports: readonly EngineReport[]): Pick<Fcn8sFigures, 'ours' | 'peer'> {
  const [{ result: scores, ...ours }, peerReport] = reports;
  if (reports.length < 2) return { ours, peer: null };
  const { result: peerScores, ...peer } = peerReport;
  return { ours, peer: { ...peer, ...compareScores(scores, peerScores, CLASSES) } };
}

/** Writes the network as an ONNX file, piece by piece: it is half a gigabyte. */
function writeModel(path: string, size: number): void {
  const network = buildNetwork(createReferenceBackend());
  const file = openSync(path, 'w');
  for (const part of writeOnnx(trace(network, [1, 3, size, size]), network.parameters())) {
    for (let at = 0; at < part.length;) at += writeSync(file, part, at);
  }
  closeSync(file);
}

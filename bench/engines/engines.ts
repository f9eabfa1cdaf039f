import { spawnSync } from 'node:child_process';
import type { ExchangeForm } from '../peers/exchange.js';
import { hasPeer } from '../peers/import-peer.js';
import { PYTHON } from './channel.js';
import type { PlanSettings } from './settings.js';

/** A program that computes a network. */
export interface EngineChoice {
  /** Name, for tables and the command line. */
  readonly name: string;
  /** File of the engine. */
  readonly file: URL;
  /** Form in which it reads the network; null if it builds the network from the seed. */
  readonly form: ExchangeForm | null;
  /** Maximum number of threads. */
  readonly mostThreads: number;
  /** Options of its plans besides those of the command line. */
  readonly settings?: PlanSettings;
}

/** A third-party engine. */
export interface Peer extends EngineChoice {
  /** True if the engine is installed. */
  isThere(): boolean;
  /** Package of bench/peers that it needs, if any. */
  readonly npm?: string;
}

function file(name: string): URL {
  return new URL(name, import.meta.url);
}

/** Engine of this library: a plan. */
export const OURS: EngineChoice = {
  ...{ name: 'fcn-wasm', file: file('plan.ts'), form: 'safetensors', mostThreads: Infinity },
};

/** Other ways of this library to compute the same network. */
export const VARIANTS: readonly EngineChoice[] = [
  { ...OURS, name: 'eager', file: file('eager.ts'), form: null, mostThreads: 1 },
  { ...OURS, name: 'exact', settings: { mode: 'exact' } },
  { ...OURS, name: 'no-region', settings: { region: false } },
  { ...OURS, name: 'low-memory', settings: { memory: { share: 1 / 4 } } },
  { ...OURS, name: 'least-memory', settings: { memory: { share: 0 } } },
];

function npmPeer(name: string, npm: string, options: Pick<Peer, 'form' | 'mostThreads'>): Peer {
  return { name, npm, file: file(`${name}.ts`), isThere: () => hasPeer(npm), ...options };
}

function pythonPeer(name: string, module: string, form: ExchangeForm): Peer {
  const isThere = (): boolean =>
    spawnSync(PYTHON, ['-c', `import numpy, ${module}`], { stdio: 'ignore' }).status === 0;
  return { name, form, file: file(`../peers/${name}.py`), mostThreads: Infinity, isThere };
}

/** Third-party engines, in the order of the tables. */
export const PEERS: readonly Peer[] = [
  npmPeer('onnxruntime-web', 'onnxruntime-web', { form: 'onnx', mostThreads: Infinity }),
  npmPeer('tfjs-wasm', '@tensorflow/tfjs-backend-wasm', { form: 'graph', mostThreads: 1 }),
  npmPeer('onnxruntime-node', 'onnxruntime-node', { form: 'onnx', mostThreads: Infinity }),
  pythonPeer('pytorch', 'torch', 'graph'),
  pythonPeer('opencv', 'cv2', 'onnx'),
];

import { hasPeer, importPeer } from '../../bench/peers/import-peer.js';
import type { Shape } from '../../src/core/shape.js';
import { skip } from './skip.js';

/** The package, as installed for the benches; its native part needs no install script. */
const PACKAGE = 'onnxruntime-node';

/** The part of the package that is used here. */
interface Ort {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OrtSession> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => object;
}

interface OrtSession {
  readonly inputNames: readonly string[];
  run(feeds: object): Promise<Record<string, OrtResult>>;
  release(): Promise<void>;
}

/** An output of onnxruntime. */
export interface OrtResult {
  /** Shape. */
  readonly dims: Shape;
  /** Values. */
  readonly data: Float32Array;
}

/** Runs a model with one input. */
export type RunInOrt = (
  model: Uint8Array,
  input: { readonly shape: Shape; readonly data: Float32Array },
) => Promise<Record<string, OrtResult>>;

/** Loads onnxruntime-node if it is installed for the benches; otherwise the running test is skipped with a reason. */
export async function onnxruntime(context: Mocha.Context): Promise<RunInOrt> {
  if (!hasPeer(PACKAGE)) {
    skip(context, `no ${PACKAGE} in bench/peers: npm ci --ignore-scripts there`);
  }
  const ort = (await importPeer(PACKAGE)) as Ort;
  return async (model, { shape, data }) => {
    const threads = { intraOpNumThreads: 1, interOpNumThreads: 1 };
    const session = await ort.InferenceSession.create(model, { ...threads, logSeverityLevel: 3 });
    try {
      const [name] = session.inputNames;
      return await session.run({ [name]: new ort.Tensor('float32', data, shape) });
    } finally {
      await session.release();
    }
  };
}

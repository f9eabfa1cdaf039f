import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readInput, type Engine, type Job } from '../engines/engine.js';
import { ONNX_FILE } from './exchanged.js';
import { importPeer } from './import-peer.js';

/** The part of onnxruntime that is used here, on the web and in Node. */
interface Ort {
  readonly env: { readonly wasm: { numThreads: number } };
  readonly InferenceSession: {
    create(
      model: string | Uint8Array,
      options: object,
    ): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      run(feeds: object): Promise<Record<string, { readonly data: Float32Array }>>;
    }>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => object;
}

/** Loads a network into onnxruntime. */
export async function loadOnnxruntime(
  name: 'onnxruntime-web' | 'onnxruntime-node',
  job: Job,
): Promise<Engine> {
  const ort = (await importPeer(name)) as Ort;
  ort.env.wasm.numThreads = job.threads;
  const path = join(job.folder, ONNX_FILE);
  const onWeb = name === 'onnxruntime-web';
  // Each package loads the file in the way that needs the least memory.
  const session = await ort.InferenceSession.create(onWeb ? await readFile(path) : path, {
    executionProviders: [onWeb ? 'wasm' : 'cpu'],
    intraOpNumThreads: job.threads,
    interOpNumThreads: 1,
  });
  const input = new ort.Tensor('float32', await readInput(job), job.shape);
  const [inputName] = session.inputNames;
  const [outputName] = session.outputNames;
  return {
    async run() {
      return (await session.run({ [inputName]: input }))[outputName].data;
    },
  };
}

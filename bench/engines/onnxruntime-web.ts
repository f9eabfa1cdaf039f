/** onnxruntime-web on its WASM SIMD backend, one thread. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { networkInput } from '../models/fcn8s.js';
import { serve } from './engine.js';

/** As much of onnxruntime-web as is used here; the package lives in bench/peers. */
interface Ort {
  readonly env: { readonly wasm: { numThreads: number } };
  readonly InferenceSession: {
    create(
      model: Uint8Array,
      options: object,
    ): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      run(feeds: object): Promise<Record<string, { readonly data: Float32Array }>>;
    }>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => object;
}

serve(async ({ onnx, size }) => {
  if (onnx === undefined) throw new Error('onnxruntime-web: no model was given');
  const require = createRequire(new URL('../peers/package.json', import.meta.url));
  const entry = pathToFileURL(require.resolve('onnxruntime-web')).href;
  const ort = (await import(entry)) as Ort;
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(await readFile(onnx), {
    executionProviders: ['wasm'],
    intraOpNumThreads: 1,
  });
  const feeds = {
    [session.inputNames[0]]: new ort.Tensor('float32', networkInput(size), [1, 3, size, size]),
  };
  return {
    async run() {
      return (await session.run(feeds))[session.outputNames[0]].data;
    },
  };
});

/**
 * Writes the outputs of onnxruntime for a network of the shared material.
 *
 *     npx tsx tools/make-onnxruntime-goldens.ts FOLDER
 *
 * FOLDER is a folder where `npm install --ignore-scripts onnxruntime-node` was run. Every 16th row and
 * column of the output is stored.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createRng } from '../src/core/rng.js';
import { readOnnx } from '../src/io/onnx/read-model.js';
import { writeOnnx } from '../src/io/onnx/write-model.js';
import { writeSafetensors } from '../src/io/safetensors.js';

/** The part of onnxruntime-node that is used here. */
interface Onnxruntime {
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => object;
  readonly InferenceSession: {
    create(model: Uint8Array): Promise<{
      run(inputs: Record<string, object>): Promise<Record<string, { readonly data: Float32Array }>>;
    }>;
  };
}

const SEED = 1701;
const EXTENT = 256;
const KEPT_EVERY = 16;
/** Stored values: scores, and their sigmoid. */
const NAMES = ['convolution_output', 'permute_1'];
const OUTPUT = 'fixtures/onnx/prisma.safetensors';

const load = createRequire(resolve(process.argv[2], 'package.json'));
const ort = load('onnxruntime-node') as Onnxruntime;
const { version } = load('onnxruntime-node/package.json') as { version: string };
const shared = resolve(process.env['FCN_SHARED'] ?? '../shared');
const model = readOnnx(readFileSync(resolve(shared, 'data/weights/prisma_nchw.onnx')));
// The model is rewritten so that it also outputs the scores before the last sigmoid.
const outputs = NAMES.map((name) => ({ ...model.graph.outputs[0], name }));
const pieces = writeOnnx({ ...model, graph: { ...model.graph, outputs } });
const session = await ort.InferenceSession.create(new Uint8Array(Buffer.concat(pieces)));
const rng = createRng(SEED);
const input = Float32Array.from({ length: 3 * EXTENT * EXTENT }, () => rng.uniform());
const results = await session.run({
  input_3: new ort.Tensor('float32', input, [1, 3, EXTENT, EXTENT]),
});
const side = EXTENT / KEPT_EVERY;
const arrays = new Map(
  NAMES.map((name) => {
    const data = results[name].data.filter(
      (_, i) => i % KEPT_EVERY === 0 && Math.floor(i / EXTENT) % KEPT_EVERY === 0,
    );
    return [name, { shape: [1, 1, side, side], data }];
  }),
);
const metadata = new Map([
  ['authority', `onnxruntime-node ${version}`],
  ['seed', String(SEED)],
  ['kept_every', String(KEPT_EVERY)],
]);
writeFileSync(OUTPUT, writeSafetensors(arrays, metadata, { dtype: 'F32' }));
console.log(`${OUTPUT}: onnxruntime-node ${version}`);

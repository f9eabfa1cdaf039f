/** @tensorflow/tfjs-backend-wasm with SIMD; its threads do not start in Node. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { numel, type Shape } from '../../src/core/shape.js';
import { GRAPH_FILE, WEIGHTS_FILE, type ExchangedGraph } from '../peers/exchanged.js';
import { importPeer } from '../peers/import-peer.js';
import { channelsLast, parameterTensor, runGraph } from '../peers/tfjs-graph.js';
import type { Tfjs, TfTensor } from '../peers/tfjs.js';
import { readInput, serve, type Job } from './engine.js';

serve(async (job) => {
  const tf = (await importPeer('@tensorflow/tfjs-core')) as Tfjs;
  await importPeer('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
  await tf.ready();
  const graph = JSON.parse(readFileSync(join(job.folder, GRAPH_FILE), 'utf8')) as ExchangedGraph;
  const arrays = readWeights(tf, graph, job);
  const input = turned(await readInput(job), job.shape, 'channels last');
  const outputShape = graph.nodes.find(({ name }) => name === graph.output)?.shape ?? [];
  return {
    async run() {
      const x = tf.tensor(input, channelsLast(job.shape));
      const y = runGraph(tf, graph, x, arrays);
      const result = await y.data();
      y.dispose();
      x.dispose();
      return result;
    },
    rowMajor: (result) => turned(result, outputShape, 'channels first'),
  };
});

/** Reads the weights one after another, so that they are in memory only once. */
function readWeights(tf: Tfjs, graph: ExchangedGraph, { folder }: Job): Map<string, TfTensor> {
  const file = openSync(join(folder, WEIGHTS_FILE), 'r');
  const arrays = graph.parameters.map(({ name, shape, offset }) => {
    const values = new Float32Array(numel(shape));
    readSync(file, values, 0, values.byteLength, offset);
    return [name, parameterTensor(tf, values, shape)] as const;
  });
  closeSync(file);
  return new Map(arrays);
}

/** Converts one image's map between NCHW and NHWC; `shape` is `[1, C, H, W]`. */
function turned(
  values: Float32Array,
  [, C, H, W]: Shape,
  to: 'channels last' | 'channels first',
): Float32Array {
  const result = new Float32Array(values.length);
  for (let c = 0; c < C; c++) {
    for (let i = 0; i < H * W; i++) {
      const [first, last] = [c * H * W + i, i * C + c];
      if (to === 'channels last') result[last] = values[first];
      else result[first] = values[last];
    }
  }
  return result;
}

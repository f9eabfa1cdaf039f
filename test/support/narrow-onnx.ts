import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRng } from '../../src/core/rng.js';
import { numel } from '../../src/core/shape.js';
import type { OnnxModel, OnnxValueInfo } from '../../src/io/onnx/model.js';
import { readOnnx } from '../../src/io/onnx/read-model.js';
import { keepInCache } from '../../src/zoo/cache.js';
import { zooEntry } from '../../src/zoo/catalogue.js';
import { normals } from './arbitraries.js';
import { fixture } from './fixtures.js';

/** Number of PASCAL VOC classes, the outputs of the ONNX model zoo's files. */
const VOC_COUNT = 21;
const SEED = 21;

/**
 * A narrow version of the ONNX model zoo's network: fcn_resnet50 exported by torch, two heads of 21 classes,
 * dynamic height and width.
 */
export function narrowZooModel(): OnnxModel {
  const { graph, ...model } = readOnnx(fixture('onnx/fcn-narrow-12.onnx'));
  const initializers = new Map(graph.initializers);
  const rng = createRng(SEED);
  for (const head of ['classifier', 'aux_classifier']) {
    for (const part of ['weight', 'bias']) {
      const name = `${head}.4.${part}`;
      const tensor = initializers.get(name);
      if (tensor === undefined) throw new Error(`fixture: missing tensor ${name}`);
      const dims = [VOC_COUNT, ...tensor.dims.slice(1)];
      const data = Float32Array.from(normals(rng, numel(dims)));
      initializers.set(name, { name, dims, type: 'float32', data });
    }
  }
  const outputs = graph.outputs.map((output): OnnxValueInfo => {
    return { ...output, dims: output.dims?.with(1, VOC_COUNT) ?? null };
  });
  return { ...model, graph: { ...graph, initializers, outputs } };
}

/** Stores a file in a cache as the file of a zoo entry, with any contents. */
export async function cacheAs(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const path = join(folder, 'arrived');
  await writeFile(path, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await keepInCache(folder, zooEntry(name), { path, bytes: bytes.length, sha256 });
}

import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { createRng } from '../../src/core/rng.js';
import { numel, type Shape } from '../../src/core/shape.js';
import { buildCaffeNetwork } from '../../src/formats/caffe/build-network.js';
import { defineNetwork } from '../../src/formats/caffe/definitions/official.js';
import { openCaffeNetwork } from '../../src/formats/caffe/open-network.js';
import { writeCaffeModel } from '../../src/formats/caffe/write-model.js';
import { openWeights } from '../../src/formats/open-weights.js';
import { saveWeights } from '../../src/formats/save-weights.js';
import { printTextFormat } from '../../src/io/caffe/print-text.js';
import { createNetwork } from '../../src/models/create-network.js';

/** A file as large as the published ones, with random values. */
export interface LargeFile {
  /** Writes the file. */
  readonly write: (path: string) => Promise<void>;
  /** Prepares the memory for reading. @returns A function that reads the file and returns its number of arrays. */
  readonly prepare: (path: string) => Promise<(sha256: string) => number>;
}

/** Memory for the largest network: 1.10 GB of weights. */
const CAPACITY_BYTES = 1.25 * 2 ** 30;

/** A caffemodel with its prototxt beside it, read on `threads` threads. */
function caffe(name: string, threads = 1): LargeFile {
  const prototxtOf = (path: string): string => `${path}.prototxt`;
  return {
    async write(path) {
      const backend = await createWasmBackend({ capacityBytes: CAPACITY_BYTES });
      const net = buildCaffeNetwork(defineNetwork(name), { maker: { backend, rng: null } });
      const fill = filler();
      for (const { data } of net.network.parameters().values()) fill(data as Float32Array);
      writeFileSync(prototxtOf(path), printTextFormat(net.definition));
      const file = openSync(path, 'w');
      for (const piece of writeCaffeModel(net)) writeSync(file, piece);
      closeSync(file);
    },
    async prepare(path) {
      const backend = await createWasmBackend({ capacityBytes: CAPACITY_BYTES, threads });
      const maker = { backend, rng: null };
      return (sha256) => {
        const options = { prototxt: prototxtOf(path), weights: path, sha256, maker };
        const { report } = openCaffeNetwork(options);
        return report?.missing.length === 0 ? report.copied.length : 0;
      };
    },
  };
}

/** A file of weights for FCN-8s, with the names of this library. */
function weights(format: string): LargeFile {
  return {
    async write(path) {
      const spec = { trunk: 'vgg16', variant: '8s', classes: 21, geometry: 'authors' } as const;
      const fill = filler();
      const arrays = new Map(
        Array.from(createNetwork(null, spec).parameters(), ([name, { shape }]) => [
          name,
          filled(shape, fill),
        ]),
      );
      await saveWeights(path, { arrays }, { format });
    },
    prepare: (path) => Promise.resolve((sha256) => openWeights(path, { sha256 }).arrays.size),
  };
}

/** Measured files, by name. */
export const LARGE_FILES: Readonly<Record<string, LargeFile>> = {
  caffemodel: caffe('voc-fcn8s'),
  'caffemodel-2-threads': caffe('voc-fcn8s', 2),
  'caffemodel-late-fusion': caffe('nyud-fcn32s-color-hha'),
  pth: weights('pth'),
  npz: weights('npz'),
  safetensors: weights('safetensors'),
};

function filled(shape: Shape, fill: (data: Float32Array) => void) {
  const data = new Float32Array(numel(shape));
  fill(data);
  return { shape, data };
}

/** Fills arrays with a repeated sequence of a million normal numbers. */
function filler(): (data: Float32Array) => void {
  const rng = createRng(1701);
  const noise = Float32Array.from({ length: 1 << 20 }, () => rng.normal());
  return (data) => {
    for (let at = 0; at < data.length; at += noise.length) {
      data.set(noise.subarray(0, data.length - at), at);
    }
  };
}

/** SHA-256 of a file, read block by block. */
export function sha256Of(path: string): string {
  const hash = createHash('sha256');
  const block = new Uint8Array(2 ** 20);
  const file = openSync(path, 'r');
  for (let read = readSync(file, block); read > 0; read = readSync(file, block)) {
    hash.update(block.subarray(0, read));
  }
  closeSync(file);
  return hash.digest('hex');
}

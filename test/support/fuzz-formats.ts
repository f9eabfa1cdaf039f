import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import type { NamedArray } from '../../src/core/named-arrays.js';
import { ParseError } from '../../src/core/errors.js';
import type { Rng } from '../../src/core/rng.js';
import { numel } from '../../src/core/shape.js';
import { buildCaffeNetwork } from '../../src/formats/caffe/build-network.js';
import { defineNetwork } from '../../src/formats/caffe/definitions/official.js';
import { OnnxNetwork } from '../../src/formats/onnx/onnx-network.js';
import { memorySource, type ByteSource } from '../../src/io/byte-source.js';
import { printTextFormat } from '../../src/io/caffe/print-text.js';
import { readCaffeModel, readNetText, readSolverState } from '../../src/io/caffe/read-files.js';
import { openHdf5 } from '../../src/io/hdf5/open.js';
import { readMat5 } from '../../src/io/mat5.js';
import { readNpy } from '../../src/io/npy.js';
import { readNpz } from '../../src/io/npz.js';
import { readOnnx } from '../../src/io/onnx/read-model.js';
import { readPth } from '../../src/io/pth.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import { openSafetensors } from '../../src/io/stored-safetensors.js';
import { openZip } from '../../src/io/zip.js';
import { fixture } from './fixtures.js';
import { mutate } from './mutate.js';
import { bytesOf, floats, int64s, ints, modelOf, nodeOf } from './onnx-model.js';

/** A format to fuzz: valid files, mutations and the reader. */
interface FuzzedFormat {
  readonly samples: () => readonly Uint8Array[];
  readonly damage: (file: Uint8Array, rng: Rng) => Uint8Array;
  readonly read: (source: ByteSource) => unknown;
}

/** Name of a format to fuzz. */
export type FuzzedName =
  | ('caffemodel' | 'solverstate' | 'prototxt' | 'onnx' | 'hdf5' | 'safetensors')
  | ('pth-zip' | 'pth-legacy' | 'npy' | 'npz' | 'mat');

/** Formats of weights and networks that this library reads. */
export const FUZZED_FORMATS: Readonly<Record<FuzzedName, FuzzedFormat>> = {
  caffemodel: {
    samples: fixtures('caffe/tiny.caffemodel'),
    damage: mutate,
    read(source) {
      for (const blobs of readCaffeModel(source).blobs.values()) {
        for (const { numbers } of blobs) numbers.toFloats();
      }
    },
  },
  solverstate: {
    samples: fixtures('caffe/tiny.solverstate', 'hdf5/state.h5', 'hdf5/state-latest.h5'),
    damage: damageHdf5,
    read(source) {
      for (const { numbers } of readSolverState(source).history) numbers.toFloats();
    },
  },
  prototxt: {
    samples: () => [fixture('caffe/tiny.prototxt'), narrowPrototxt()],
    damage: mutate,
    read(source) {
      const net = readNetText(source.view(0, source.length), source.name);
      buildCaffeNetwork(net, { maker: { backend: null, rng: null } });
    },
  },
  onnx: {
    // Most of the large file is weights, where damage has no effect.
    samples: () => [...Array<Uint8Array>(15).fill(smallOnnx()), fixture('onnx/fcn-narrow-12.onnx')],
    damage: mutate,
    read(source) {
      const network = new OnnxNetwork(readOnnx(source.view(0, source.length)), null);
      network.describe(new Map(network.inputs.map((name) => [name, [1, 3, 9, 8]])));
    },
  },
  hdf5: {
    samples: fixtures(
      ...['hdf5/snapshot.h5', 'hdf5/kinds.h5', 'hdf5/chunked.h5', 'hdf5/snapshot-latest.h5'],
      ...['hdf5/ordered-latest.h5', 'hdf5/indexed.h5', 'hdf5/many-latest.h5'],
    ),
    damage: damageHdf5,
    read: readNumbersOfHdf5,
  },
  safetensors: {
    samples: fixtures(
      'weights/expected/zip.pth.safetensors',
      'weights/expected/stored.npz.safetensors',
    ),
    damage: mutate,
    read(source) {
      const whole = readSafetensors(source.view(0, source.length), source.name).arrays;
      checkFilled(whole);
      assert.deepEqual([...openSafetensors(source).arrays.keys()], [...whole.keys()]);
    },
  },
  'pth-zip': {
    samples: fixtures(
      ...['weights/kinds.pth', 'weights/views.pth', 'weights/checkpoint.pth'],
      'weights/protocol-4.pth',
    ),
    damage: damageArchive,
    read: readPth,
  },
  'pth-legacy': {
    samples: fixtures(
      ...['weights/legacy.pth', 'weights/views-legacy.pth', 'weights/checkpoint-legacy.pth'],
    ),
    damage: mutate,
    read: readPth,
  },
  npy: {
    samples: fixtures(
      ...['weights/f4.npy', 'weights/fortran.npy', 'weights/version-3.npy', 'weights/u8.npy'],
    ),
    damage: mutate,
    read: readNpy,
  },
  npz: {
    samples: fixtures('weights/stored.npz', 'weights/deflated.npz'),
    damage: damageArchive,
    read: readNpz,
  },
  mat: {
    samples: fixtures(
      ...['weights/scipy-compressed.mat', 'weights/scipy-plain.mat', 'weights/octave.mat'],
      'weights/dagnn.mat',
    ),
    damage: mutate,
    read: readMat5,
  },
};

function fixtures(...paths: readonly string[]): () => readonly Uint8Array[] {
  return () => paths.map((path) => fixture(path));
}

/** Fails unless an accepted file is complete. */
function checkFilled(arrays: ReadonlyMap<string, NamedArray>): void {
  for (const { shape, data } of arrays.values()) assert.equal(data.length, numel(shape));
}

/** A network of the paper with two channels per layer, and its losses. */
function narrowPrototxt(): Uint8Array {
  const options = { purpose: 'training', width: () => 2, size: [64, 64] } as const;
  return Buffer.from(printTextFormat(defineNetwork('voc-fcn8s-atonce', options)));
}

/** A model of a few operators with attributes, so that most damage hits attributes. */
function smallOnnx(): Uint8Array {
  const model = modelOf({
    inputs: { x: [1, 3, 9, 8] },
    initializers: [
      floats('w', [2, 3, 3, 3], Array<number>(54).fill(0.1)),
      floats('u', [2, 2, 4, 4], Array<number>(64).fill(0.1)),
      floats('scales', [4], [1, 1, 2, 2]),
      int64s('starts', 0, 1),
      int64s('ends', 5, 7),
      int64s('axes', 2, 3),
    ],
    nodes: [
      nodeOf('Conv', ['x', 'w'], 'a', { pads: ints(1, 1, 1, 1), kernel_shape: ints(3, 3) }),
      nodeOf('Relu', ['a'], 'b'),
      nodeOf('MaxPool', ['b'], 'c', { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
      nodeOf('ConvTranspose', ['c', 'u'], 'd', { strides: ints(2, 2), pads: ints(1, 1, 1, 1) }),
      nodeOf('Resize', ['d', '', 'scales'], 'e'),
      nodeOf('Slice', ['e', 'starts', 'ends', 'axes'], 'f'),
      nodeOf('Softmax', ['f'], 'y'),
    ],
  });
  return bytesOf(model);
}

function readNumbersOfHdf5(source: ByteSource): void {
  for (const dataset of openHdf5(source).values()) {
    if (dataset.element !== null) dataset.numbers();
  }
}

/** Blocks of an HDF5 file that have checksums, of which one mutation can hit several. */
const MOST_REPAIRS = 8;

/** Damages a file and then repairs most checksums, so that the damage reaches the code after them. */
function damageHdf5(file: Uint8Array, rng: Rng): Uint8Array {
  const mutant = mutate(file, rng);
  const repairs = rng.integer(4) === 0 ? 0 : MOST_REPAIRS;
  for (let left = repairs; left > 0; left--) {
    try {
      readNumbersOfHdf5(memorySource(mutant, 'mutant'));
      return mutant;
    } catch (error) {
      if (!(error instanceof ParseError)) return mutant; // the fuzzed reader will find the error again
      const found = /the bytes have ([0-9a-f]{8})/.exec(error.message);
      if (found === null) return mutant;
      Buffer.from(mutant.buffer).writeUInt32LE(parseInt(found[1], 16), error.offset);
    }
  }
  return mutant;
}

/** Damages an archive, or a stored file in it whose checksum is repaired. */
function damageArchive(file: Uint8Array, rng: Rng): Uint8Array {
  if (rng.integer(3) === 0) return mutate(file, rng);
  const mutant = new Uint8Array(file);
  const { entries } = openZip(memorySource(mutant, 'sound'));
  const list = [...entries.values()];
  const entry = list[rng.integer(2) === 0 ? 0 : rng.integer(list.length)];
  const content = mutant.subarray(entry.start, entry.start + entry.packedSize);
  const damaged = mutate(content, rng);
  content.set(damaged.subarray(0, content.length));
  if (!entry.deflated) replaceWord(mutant, entry.crc, crc32(content));
  return mutant;
}

/** Replaces a checksum in the directory, and in the header if present. */
function replaceWord(bytes: Uint8Array, from: number, to: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = Buffer.alloc(4);
  word.writeUInt32LE(from);
  for (let at = buffer.indexOf(word); at >= 0; at = buffer.indexOf(word, at + 4)) {
    buffer.writeUInt32LE(to, at);
  }
}

/** Readers of weights, by the format of the file. */
import { ParseError } from '../core/errors.js';
import type { NamedArray } from '../core/named-arrays.js';
import type { ByteSource } from '../io/byte-source.js';
import { readCaffeModel } from '../io/caffe/read-files.js';
import { toFloat32 } from '../io/elements.js';
import { readMat5 } from '../io/mat5.js';
import { readNpy, type NpyArray } from '../io/npy.js';
import { openNpz, readNpz } from '../io/npz.js';
import { openPth, readPth } from '../io/pth.js';
import type { OnnxType } from '../io/onnx/model.js';
import { readOnnx } from '../io/onnx/read-model.js';
import { readSafetensorsFrom, safetensorsOnDemand } from '../io/safetensors.js';
import { joinBatchNorms } from './caffe/batch-norm-layers.js';
import { arraysOfCaffeModel, storedArraysOfCaffeModel } from './caffe/blob-names.js';
import { readHdf5Weights } from './caffe/hdf5-weights.js';
import { fileKind, isWeightsFormat, type WeightsFormat } from './file-kinds.js';
import { readMatConvNet } from './matconvnet.js';
import type { StoredWeightsContent, WeightsContent, WeightsKind } from './weights-file.js';

/** Reader of one format. */
interface WeightsReader {
  /** Reads the whole file, or throws a {@link ParseError}. */
  readonly read: (source: ByteSource) => WeightsContent;
  /** Opens the file to read it array by array; absent if the format does not allow that. */
  readonly open?: (source: ByteSource) => StoredWeightsContent;
}

const READERS: Readonly<Record<WeightsFormat, WeightsReader>> = {
  npy: {
    read: (source) => ({
      kind: 'numpy',
      arrays: new Map([['array', floats(readNpy(source))]]),
      notes: [],
    }),
    open: (source) => ({
      kind: 'numpy',
      arrays: new Map([['array', () => readNpy(source)]]),
      notes: [],
    }),
  },
  pth: {
    read: (source) => ({ kind: 'pytorch', ...readPth(source) }),
    open: (source) => ({ kind: 'pytorch', ...openPth(source) }),
  },
  npz: {
    read: readArchive,
    open: (source) => {
      const arrays = openNpz(source);
      return { kind: kindOfArchive(arrays.keys()), arrays, notes: [] };
    },
  },
  mat: {
    read: (source) => {
      const { arrays, notes, averageColour } = readMatConvNet(readMat5(source), source.name);
      return { kind: 'matconvnet', arrays, notes, averageColour };
    },
  },
  hdf5: { read: readHdf5Weights },
  safetensors: {
    read: (source) => ({ kind: 'safetensors', ...readSafetensorsFrom(source), notes: [] }),
    open: (source) => ({
      kind: 'safetensors',
      arrays: safetensorsOnDemand(source),
      notes: [],
    }),
  },
  onnx: { read: readInitializers },
  caffemodel: {
    read: (source) => ({
      kind: 'caffe',
      arrays: joinBatchNorms(arraysOfCaffeModel(readCaffeModel(source)), (array) => array),
      notes: [],
    }),
    open: (source) => ({
      kind: 'caffe',
      arrays: joinBatchNorms(storedArraysOfCaffeModel(readCaffeModel(source)), (read) => read()),
      notes: [],
    }),
  },
};

/** Files that weights are read from, by their usual endings. */
const EXPECTED = 'expected .npy, .npz, .pth, .mat, .h5, .safetensors, .onnx or .caffemodel';

/**
 * Finds the reader for a file by the file's content.
 *
 * @throws {@link ParseError} if the content is not weights.
 */
export function weightsReaderFor(source: ByteSource): WeightsReader {
  const { format, name, advice } = fileKind(source);
  if (isWeightsFormat(format)) return READERS[format];
  throw new ParseError(source.name, 0, `no weights (got ${name}; ${advice ?? EXPECTED})`);
}

function floats({ shape, data }: NpyArray): NamedArray {
  return { shape, data: toFloat32(data) };
}

/** Tells Chainer's archives by their parameter names, `conv1_1/W` and `conv1_1/b`. */
function kindOfArchive(names: Iterable<string>): WeightsKind {
  return [...names].some((name) => name.endsWith('/W')) ? 'chainer' : 'numpy';
}

function readArchive(source: ByteSource): WeightsContent {
  const arrays = new Map(
    Array.from(readNpz(source), ([name, array]) => [name, floats(array)] as const),
  );
  return { kind: kindOfArchive(arrays.keys()), arrays, notes: [] };
}

/** Reads the initializers: those of floats are weights, those of integers are sizes and indices and are left out. */
function readInitializers(source: ByteSource): WeightsContent {
  const { graph } = readOnnx(source.view(0, source.length), source.name);
  const arrays = new Map<string, NamedArray>();
  const left: string[] = [];
  for (const [name, { dims: shape, type, data }] of graph.initializers) {
    if (isFloat(type)) arrays.set(name, { shape, data: toFloat32(data) });
    else left.push(name);
  }
  const notes = left.length > 0 ? [`left out (not floats): ${left.join(', ')}`] : [];
  return { kind: 'onnx', arrays, notes };
}

function isFloat(type: OnnxType): boolean {
  return type.includes('float');
}

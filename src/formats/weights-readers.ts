/** Formats that weights are read from. To add a format, add an entry to the list. */
import { ParseError } from '../core/errors.js';
import type { NamedArray } from '../core/named-arrays.js';
import type { ByteSource } from '../io/byte-source.js';
import { readCaffeModel } from '../io/caffe/read-files.js';
import { toFloat32 } from '../io/elements.js';
import { isHdf5 } from '../io/hdf5/blocks.js';
import { isMatFile, readMat5 } from '../io/mat5.js';
import { NPY_MAGIC, readNpy, type NpyArray } from '../io/npy.js';
import { openNpz, readNpz } from '../io/npz.js';
import { LEGACY_MAGIC, openPth, readPth } from '../io/pth.js';
import type { OnnxType } from '../io/onnx/model.js';
import { readOnnx } from '../io/onnx/read-model.js';
import { isSafetensors } from '../io/safetensors-header.js';
import { readSafetensorsFrom, safetensorsOnDemand } from '../io/safetensors.js';
import { openZip } from '../io/zip.js';
import { joinBatchNorms } from './caffe/batch-norm-layers.js';
import { arraysOfCaffeModel, storedArraysOfCaffeModel } from './caffe/blob-names.js';
import { readHdf5Weights } from './caffe/hdf5-weights.js';
import { readMatConvNet } from './matconvnet.js';
import { isCaffeModel, isOnnx } from './protobuf-kind.js';
import type { StoredWeightsContent, WeightsContent, WeightsKind } from './weights-file.js';

/** Reader of one format. */
interface WeightsReader {
  /** Name of the format in messages. */
  readonly name: string;
  /**
   * True if the content is of this format. The content decides, never the file's name.
   *
   * @param head - First 512 bytes, or the whole file if it is shorter.
   */
  readonly recognises: (head: Uint8Array, source: ByteSource) => boolean;
  /** Reads the whole file, or throws a {@link ParseError}. */
  readonly read: (source: ByteSource) => WeightsContent;
  /** Opens the file to read it array by array; absent if the format does not allow that. */
  readonly open?: (source: ByteSource) => StoredWeightsContent;
}

/** Formats with a magic number come first; those recognised by their structure come last. */
const WEIGHTS_READERS: readonly WeightsReader[] = [
  {
    name: 'NumPy .npy',
    recognises: (head) => startsWith(head, Buffer.from(NPY_MAGIC, 'latin1')),
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
  {
    name: 'PyTorch .pth',
    recognises: (head, source) => isLegacyPth(head) || (isZip(head) && holdsPickle(source)),
    read: (source) => ({ kind: 'pytorch', ...readPth(source) }),
    open: (source) => ({ kind: 'pytorch', ...openPth(source) }),
  },
  {
    name: 'NumPy .npz',
    recognises: isZip,
    read: readArchive,
    open: (source) => {
      const arrays = openNpz(source);
      return { kind: kindOfArchive(arrays.keys()), arrays, notes: [] };
    },
  },
  {
    name: 'MatConvNet .mat',
    recognises: isMatFile,
    read: (source) => {
      const { arrays, notes, averageColour } = readMatConvNet(readMat5(source), source.name);
      return { kind: 'matconvnet', arrays, notes, averageColour };
    },
  },
  { name: 'Caffe HDF5', recognises: isHdf5, read: readHdf5Weights },
  {
    name: 'safetensors',
    recognises: isSafetensors,
    read: (source) => ({
      kind: 'safetensors',
      ...readSafetensorsFrom(source),
      notes: [],
    }),
    open: (source) => ({
      kind: 'safetensors',
      arrays: safetensorsOnDemand(source),
      notes: [],
    }),
  },
  { name: 'ONNX', recognises: (_, source) => isOnnx(source), read: readInitializers },
  {
    name: 'Caffe .caffemodel',
    recognises: (_, source) => isCaffeModel(source),
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
];

/** Unsupported formats that are recognised, with advice. */
const REFUSED: readonly {
  readonly what: string;
  readonly recognises: (head: Uint8Array) => boolean;
}[] = [
  {
    what: 'a tar archive, as PyTorch wrote before 2017; load and save it again with PyTorch',
    recognises: (head) => startsWith(head.subarray(257), Buffer.from('ustar')),
  },
  {
    what: 'a bare pickle; save tensors with torch.save or arrays with numpy.savez',
    recognises: (head) => head[0] === 0x80 && head[1] >= 2 && head[1] <= 5,
  },
];

/**
 * Finds the reader for a file by the file's content.
 *
 * @throws {@link ParseError} if no format is recognised.
 */
export function weightsReaderFor(source: ByteSource): WeightsReader {
  const head = source.view(0, Math.min(512, source.length));
  const found = WEIGHTS_READERS.find(({ recognises }) => recognises(head, source));
  if (found !== undefined) return found;
  const refused = REFUSED.find(({ recognises }) => recognises(head));
  const known = WEIGHTS_READERS.map(({ name }) => name).join(', ');
  const reason = refused
    ? `unsupported weights format: ${refused.what}`
    : `not a weights file (expected ${known})`;
  throw new ParseError(source.name, 0, reason);
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(0, start.length), start) === 0;
}

function isZip(head: Uint8Array): boolean {
  return startsWith(head, Buffer.from('PK\x03\x04')) || startsWith(head, Buffer.from('PK\x05\x06'));
}

function isLegacyPth(head: Uint8Array): boolean {
  return startsWith(head, LEGACY_MAGIC);
}

function holdsPickle(source: ByteSource): boolean {
  return [...openZip(source).entries.keys()].some((name) => name.endsWith('.pkl'));
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

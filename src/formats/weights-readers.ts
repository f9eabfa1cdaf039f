/** The formats that weights are read from. A further one is a further entry of the list. */
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

/** Reads one format. */
interface WeightsReader {
  /** What the format is called in messages. */
  readonly name: string;
  /**
   * True if the content is of this format. Content decides, never the name of the file.
   *
   * @param head - The first 512 bytes, or all.
   */
  readonly recognises: (head: Uint8Array, source: ByteSource) => boolean;
  /** Reads it, or throws a {@link ParseError}. */
  readonly read: (source: ByteSource) => WeightsContent;
  /** Opens it, to be read array by array, where the format allows that. */
  readonly open?: (source: ByteSource) => StoredWeightsContent;
}

/** The formats with unmistakable beginnings come first, guesses last. */
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

/** Formats that are known by sight and not read, and what to do about it. */
const REFUSED: readonly {
  readonly what: string;
  readonly recognises: (head: Uint8Array) => boolean;
}[] = [
  {
    what: 'a tar archive, as PyTorch wrote before 2017; load and save it with PyTorch',
    recognises: (head) => startsWith(head.subarray(257), Buffer.from('ustar')),
  },
  {
    what: 'a bare pickle; save tensors with torch.save, arrays with numpy.savez',
    recognises: (head) => head[0] === 0x80 && head[1] >= 2 && head[1] <= 5,
  },
];

/**
 * The reader for a file, told by its content.
 *
 * @throws {@link ParseError} if no format is recognised.
 */
export function weightsReaderFor(source: ByteSource): WeightsReader {
  const head = source.view(0, Math.min(512, source.length));
  const found = WEIGHTS_READERS.find(({ recognises }) => recognises(head, source));
  if (found !== undefined) return found;
  const refused = REFUSED.find(({ recognises }) => recognises(head));
  const known = WEIGHTS_READERS.map(({ name }) => name).join(', ');
  const reason = `no weights in a format that is read (${known})`;
  throw new ParseError(source.name, 0, refused ? `${reason}: this is ${refused.what}` : reason);
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

/** Chainer names the parameters of a layer `conv1_1/W` and `conv1_1/b`; nobody else does. */
function kindOfArchive(names: Iterable<string>): WeightsKind {
  return [...names].some((name) => name.endsWith('/W')) ? 'chainer' : 'numpy';
}

function readArchive(source: ByteSource): WeightsContent {
  const arrays = new Map(
    Array.from(readNpz(source), ([name, array]) => [name, floats(array)] as const),
  );
  return { kind: kindOfArchive(arrays.keys()), arrays, notes: [] };
}

/** Initialisers of floats are weights; integers say how large things are, and stay behind. */
function readInitializers(source: ByteSource): WeightsContent {
  const { graph } = readOnnx(source.view(0, source.length), source.name);
  const arrays = new Map<string, NamedArray>();
  const left: string[] = [];
  for (const [name, { dims: shape, type, data }] of graph.initializers) {
    if (isFloat(type)) arrays.set(name, { shape, data: toFloat32(data) });
    else left.push(name);
  }
  const notes = left.length > 0 ? [`no floats, left out: ${left.join(', ')}`] : [];
  return { kind: 'onnx', arrays, notes };
}

function isFloat(type: OnnxType): boolean {
  return type.includes('float');
}

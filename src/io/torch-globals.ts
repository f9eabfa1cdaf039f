/**
 * Allow-list of the Python names in PyTorch files, with their implementations: containers, storages, and the
 * functions that build tensors. A file with any other name is rejected.
 */
import { checkedNumel, type Shape } from '../core/shape.js';
import { elementsOf, isElementKind, type ElementKind } from './elements.js';
import {
  asCount,
  asCounts,
  asItems,
  asTuple,
  type PickleDict,
  type PickleGlobal,
  type PickleObject,
  type PickleTuple,
  type PickleValue,
} from './pickle-values.js';
import { reachOf } from './strided.js';

/** Numbers in a file that tensors are views of. */
export interface TorchStorage extends PickleObject {
  readonly kind: 'storage';
  /** Key of the storage in the file. */
  readonly key: string;
  /** Kind of its numbers. */
  readonly type: ElementKind;
  /** Number of elements in the file. */
  readonly total: number;
  /** Number of elements that tensors may use. */
  readonly count: number;
  /** The first of those. */
  readonly offset: number;
}

/** A tensor: a view of a storage. */
export interface TorchTensor extends PickleObject {
  readonly kind: 'tensor';
  /** Storage of its numbers. */
  readonly storage: TorchStorage;
  /** First element, counted from the start of the storage. */
  readonly offset: number;
  /** Extents, outermost first. */
  readonly shape: Shape;
  /** Elements from one index to the next, per axis. */
  readonly strides: readonly number[];
}

type Fail = (reason: string) => never;

/** Axes a tensor may have: PyTorch's own limit. */
const MOST_AXES = 64;

const STORAGES: Readonly<Record<string, ElementKind>> = {
  FloatStorage: 'f4',
  DoubleStorage: 'f8',
  HalfStorage: 'f2',
  BFloat16Storage: 'bf2',
  LongStorage: 'i8',
  IntStorage: 'i4',
  ShortStorage: 'i2',
  CharStorage: 'i1',
  ByteStorage: 'u1',
  BoolStorage: 'b1',
};

const DTYPES =
  'float32 float64 float16 bfloat16 int64 int32 int16 int8 uint8 bool float double half long int short'.split(
    ' ',
  );

const TORCH_GLOBALS_LIST: readonly PickleGlobal[] = [
  { kind: 'global', name: 'collections.OrderedDict', call: orderedDict },
  { kind: 'global', name: 'torch._utils._rebuild_tensor', call: rebuildTensor },
  { kind: 'global', name: 'torch._utils._rebuild_tensor_v2', call: rebuildTensor },
  { kind: 'global', name: 'torch._utils._rebuild_parameter', call: rebuildParameter },
  {
    kind: 'global',
    name: 'torch.Size',
    call: ([size], fail) => asCounts(size) ?? fail('invalid torch.Size'),
  },
  { kind: 'global', name: 'torch.device', call: ([device]) => device },
  { kind: 'global', name: '_codecs.encode', call: encode },
  { kind: 'global', name: 'numpy.dtype', call: numpyDtype },
  { kind: 'global', name: 'numpy.core.multiarray.scalar', call: numpyScalar },
  { kind: 'global', name: 'numpy._core.multiarray.scalar', call: numpyScalar },
  ...DTYPES.map((name): PickleGlobal => ({ kind: 'global', name: `torch.${name}` })),
  ...Object.keys(STORAGES).flatMap((name): PickleGlobal[] => [
    { kind: 'global', name: `torch.${name}` },
    { kind: 'global', name: `torch.cuda.${name}` },
  ]),
];

/** The allow-list, by name. */
export const TORCH_GLOBALS: ReadonlyMap<string, PickleGlobal> = new Map(
  TORCH_GLOBALS_LIST.map((global) => [global.name, global]),
);

/** The storage that a persistent id names: `('storage', torch.FloatStorage, '0', 'cpu', 18)`. */
export function storageOf(id: PickleValue, fail: Fail): TorchStorage {
  const [tag, type, key, , size, view] =
    asTuple(id) ?? fail('invalid persistent id (expected a tuple)');
  const kind = storageKind(type);
  const total = asCount(size);
  if (tag !== 'storage' || kind === undefined || typeof key !== 'string' || total === null) {
    return fail('invalid persistent id (expected a storage)');
  }
  const part = viewOf(view, total);
  if (part === null) return fail(`view exceeds storage "${key}"`);
  return { kind: 'storage', key, type: kind, total, ...part };
}

/** View of a storage, in files of before 1.6: `(key of the view, offset, count)`. */
function viewOf(
  view: PickleValue | undefined,
  total: number,
): { readonly offset: number; readonly count: number } | null {
  if (view === undefined || view === null) return { offset: 0, count: total };
  const [, start, length] = asTuple(view) ?? [];
  const offset = asCount(start);
  const count = asCount(length);
  const fits = offset !== null && count !== null && offset + count <= total;
  return fits ? { offset, count } : null;
}

function storageKind(value: PickleValue | undefined): ElementKind | undefined {
  const name = isGlobal(value) ? /^torch\.(?:cuda\.)?(\w+)$/.exec(value.name)?.[1] : undefined;
  return name !== undefined && Object.hasOwn(STORAGES, name) ? STORAGES[name] : undefined;
}

function isGlobal(value: PickleValue | undefined): value is PickleGlobal {
  return isKind(value, 'global');
}

/** True for a tensor. */
export function isTensor(value: PickleValue | undefined): value is TorchTensor {
  return isKind(value, 'tensor');
}

function isKind(value: PickleValue | undefined, kind: string): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}

/** Returns a dict, empty or of pairs, as PyTorch before 1.0 wrote it. */
function orderedDict(args: PickleTuple, fail: Fail): PickleDict {
  const dict: PickleDict = new Map();
  if (args.length === 0) return dict;
  for (const pair of asItems(args[0]) ?? fail('invalid OrderedDict (expected a list)')) {
    const [key, value] = asItems(pair) ?? fail('invalid OrderedDict (expected pairs)');
    if (typeof key !== 'string' || dict.has(key))
      fail('invalid or duplicate key in an OrderedDict');
    dict.set(key, value);
  }
  return dict;
}

/** `(storage, offset, size, stride, …)`: further arguments concern gradients. */
function rebuildTensor(args: PickleTuple, fail: Fail): TorchTensor {
  const [storage] = args;
  const offset = asCount(args[1]);
  const shape = asCounts(args[2]);
  const strides = asCounts(args[3]);
  if (!isKind(storage, 'storage') || offset === null || shape === null || strides === null) {
    return fail('invalid tensor (expected storage, offset, size and stride)');
  }
  const tensor = {
    kind: 'tensor',
    storage: storage as TorchStorage,
    offset,
    shape,
    strides,
  } as const;
  const fits = shape.length === strides.length && shape.length <= MOST_AXES;
  if (!fits || !Number.isSafeInteger(checkedNumel(shape))) fail('invalid tensor shape');
  if (!(reachOf(tensor) <= tensor.storage.count)) fail('tensor exceeds its storage');
  return tensor;
}

function rebuildParameter([tensor]: PickleTuple, fail: Fail): TorchTensor {
  return isTensor(tensor) ? tensor : fail('invalid parameter (expected a tensor)');
}

/** Bytes, which Python 3 writes in protocol 2 as a text of the codes 0 to 255. */
function encode([text, codec]: PickleTuple, fail: Fail): Uint8Array {
  if (typeof text !== 'string' || codec !== 'latin1')
    return fail('unsupported encoding (expected latin1)');
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

interface NumpyDtype extends PickleObject {
  readonly kind: 'dtype';
  readonly element: ElementKind;
}

function numpyDtype([name]: PickleTuple, fail: Fail): NumpyDtype {
  if (typeof name !== 'string' || !isElementKind(name)) return fail('unsupported numpy.dtype');
  return { kind: 'dtype', element: name };
}

/** A single number of NumPy, such as the best score in a training checkpoint. */
function numpyScalar([dtype, bytes]: PickleTuple, fail: Fail): number {
  if (!isKind(dtype, 'dtype') || !(bytes instanceof Uint8Array) || bytes.length > 8) {
    return fail('unsupported NumPy scalar (expected a number)');
  }
  const { element } = dtype as NumpyDtype;
  const padded = new Uint8Array(8);
  padded.set(bytes);
  return Number(elementsOf(padded, element, false)[0]);
}

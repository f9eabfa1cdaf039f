import { widenBfloat16, widenHalf } from '../half.js';
import { memorySource } from '../byte-source.js';
import { ProtobufReader } from '../protobuf.js';
import { ONNX_TYPES, type OnnxTensor, type OnnxType } from './model.js';

/** External data of tensors, by location. */
export type ExternalData = ReadonlyMap<string, Uint8Array>;

/** Limit of axes. */
const MAX_RANK = 16;
/** Limit of elements. */
const MAX_ELEMENTS = 2 ** 31;
/** Limit of integers outside of raw_data: in memory they take eight times their size, and only shapes and indices are stored so. */
const MAX_INTS = 2 ** 21;
/** DataLocation.EXTERNAL. */
const EXTERNAL = 1;

/** Bytes of one element in raw_data. */
const RAW_BYTES: Readonly<Record<OnnxType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 1,
};

/** Field that holds the elements of a type, if not raw_data. */
const TYPED_FIELD: Readonly<Record<OnnxType, 'floats' | 'doubles' | 'ints'>> = {
  ...{ float32: 'floats', float64: 'doubles', float16: 'ints', bfloat16: 'ints' },
  ...{ int8: 'ints', int16: 'ints', int32: 'ints', int64: 'ints', bool: 'ints' },
  ...{ uint8: 'ints', uint16: 'ints', uint32: 'ints', uint64: 'ints' },
};

/** Fields of a TensorProto that have been read. */
interface Fields {
  name: string;
  readonly dims: number[];
  type: number;
  raw: Uint8Array | null;
  readonly floats: Float32Array[];
  readonly doubles: Float64Array[];
  readonly ints: number[];
  location: number;
  readonly external: Map<string, string>;
}

/**
 * Reads the TensorProto in the current field.
 *
 * @param external - External data; references to other locations are refused.
 * @throws {@link ParseError} if the number of elements differs from the shape, or they are stored in two fields.
 */
export function readTensor(reader: ProtobufReader, external: ExternalData): OnnxTensor {
  const at = reader.offset;
  return tensorOf(reader, at, external, (take) => {
    reader.message(take);
  });
}

/**
 * Reads a file of one TensorProto, the format of the test data of ONNX models.
 *
 * @throws {@link ParseError} if the number of elements differs from the shape, or they are stored in two fields.
 */
export function readTensorFile(bytes: Uint8Array, source = 'tensor'): OnnxTensor {
  const reader = new ProtobufReader(memorySource(bytes, source));
  return tensorOf(reader, 0, new Map(), (take) => {
    reader.readFields(take);
  });
}

/** Called with each field of a message. */
type Visit = (take: (field: number) => void) => void;

function tensorOf(
  reader: ProtobufReader,
  at: number,
  external: ExternalData,
  visit: Visit,
): OnnxTensor {
  const fields = readTensorFields(reader, visit);
  const { name, dims } = fields;
  const what = name === '' ? 'a tensor' : `tensor ${name}`;
  const fail = (reason: string): never => reader.fail(`${what} ${reason}`, at);
  const type = ONNX_TYPES.get(fields.type);
  if (type === undefined) return fail(`has unsupported elements of type ${String(fields.type)}`);
  let count = 1;
  for (const extent of dims) {
    if (!(extent >= 0 && extent <= MAX_ELEMENTS)) fail(`has an axis of ${String(extent)}`);
    count *= extent;
    if (!(count <= MAX_ELEMENTS)) fail('has more than 2^31 elements');
  }
  const raw = fields.location === EXTERNAL ? findExternal(fields, external, fail) : fields.raw;
  const data = raw === null ? typedData(fields, type, fail) : rawData(raw, type, count, fail);
  if (data.length !== count) {
    fail(`has a wrong number count (got ${String(data.length)}, expected ${String(count)})`);
  }
  return { name, dims, type, data };
}

function readTensorFields(reader: ProtobufReader, visit: Visit): Fields {
  const fields: Fields = {
    ...{ name: '', dims: [], type: 0, raw: null, location: 0 },
    ...{ floats: [], doubles: [], ints: [], external: new Map<string, string>() },
  };
  visit((field) => {
    takeTensorField(field, fields, reader);
  });
  return fields;
}

/** int32_data, int64_data and uint64_data. */
const INT_FIELDS: readonly number[] = [5, 7, 11];

function takeTensorField(field: number, fields: Fields, reader: ProtobufReader): void {
  if (field === 1) takeInts(reader, fields.dims, MAX_RANK, 'axes');
  else if (field === 2) fields.type = reader.int();
  else if (field === 3) reader.fail('segmented tensors are unsupported');
  else if (field === 4) fields.floats.push(reader.floats());
  else if (INT_FIELDS.includes(field)) takeInts(reader, fields.ints, MAX_INTS, 'integers');
  else if (field === 8) fields.name = reader.text();
  else if (field === 9) fields.raw = reader.bytes();
  else if (field === 10) fields.doubles.push(reader.doubles());
  else if (field === 13) readEntry(reader, fields.external);
  else if (field === 14) fields.location = reader.int();
}

function takeInts(reader: ProtobufReader, ints: number[], most: number, what: string): void {
  reader.ints((value) => {
    if (ints.push(value) > most)
      reader.fail(`too many ${what} of a tensor (expected at most ${String(most)})`);
  });
}

function readEntry(reader: ProtobufReader, entries: Map<string, string>): void {
  let key = '';
  let value = '';
  reader.message((field) => {
    if (field === 1) key = reader.text();
    if (field === 2) value = reader.text();
  });
  entries.set(key, value);
}

type Fail = (reason: string) => never;

/** Range of the caller's external data; a location is a key, never a path. */
function findExternal({ external }: Fields, given: ExternalData, fail: Fail): Uint8Array {
  const location = external.get('location') ?? '';
  const bytes = given.get(location);
  if (bytes === undefined) {
    return fail(
      `is stored in ${JSON.stringify(location)}, which is missing from the external data`,
    );
  }
  const number = (key: string, otherwise: number): number => {
    const text = external.get(key) ?? String(otherwise);
    return /^\d{1,15}$/.test(text) ? Number(text) : fail(`has an invalid ${key}`);
  };
  const offset = number('offset', 0);
  const length = number('length', Math.max(0, bytes.length - offset));
  if (!(offset + length <= bytes.length)) fail(`exceeds the end of ${location}`);
  return bytes.subarray(offset, offset + length);
}

function typedData(fields: Fields, type: OnnxType, fail: Fail): OnnxTensor['data'] {
  const { floats, doubles, ints } = fields;
  const wanted = TYPED_FIELD[type];
  const others = { floats, doubles, ints };
  for (const [kind, values] of Object.entries(others)) {
    if (kind !== wanted && values.length > 0) fail(`is ${type}, but its numbers are ${kind}`);
  }
  if (wanted === 'floats') return joined(floats, Float32Array);
  if (wanted === 'doubles') return joined(doubles, Float64Array);
  if (type === 'float16') return widenHalf(Uint16Array.from(ints));
  return type === 'bfloat16' ? widenBfloat16(Uint16Array.from(ints)) : Float64Array.from(ints);
}

function joined<A extends Float32Array | Float64Array>(
  pieces: readonly A[],
  type: new (length: number) => A,
): A {
  if (pieces.length === 1) return pieces[0];
  const all = new type(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function rawData(raw: Uint8Array, type: OnnxType, count: number, fail: Fail): OnnxTensor['data'] {
  const size = RAW_BYTES[type];
  if (raw.length !== count * size) {
    fail(`has a wrong size (got ${String(raw.length)} bytes, expected ${String(count * size)})`);
  }
  const { buffer } = new Uint8Array(raw); // a copy is always aligned
  return VIEWS[type](buffer);
}

const widened = (numbers: ArrayLike<number>): Float64Array => Float64Array.from(numbers);

/** The numbers of raw_data, little-endian, as on all machines that run WebAssembly. */
const VIEWS: Readonly<Record<OnnxType, (buffer: ArrayBuffer) => OnnxTensor['data']>> = {
  float32: (buffer) => new Float32Array(buffer),
  float16: (buffer) => widenHalf(new Uint16Array(buffer)),
  bfloat16: (buffer) => widenBfloat16(new Uint16Array(buffer)),
  float64: (buffer) => new Float64Array(buffer),
  int8: (buffer) => widened(new Int8Array(buffer)),
  int16: (buffer) => widened(new Int16Array(buffer)),
  int32: (buffer) => widened(new Int32Array(buffer)),
  int64: (buffer) => Float64Array.from(new BigInt64Array(buffer), Number),
  uint8: (buffer) => widened(new Uint8Array(buffer)),
  uint16: (buffer) => widened(new Uint16Array(buffer)),
  uint32: (buffer) => widened(new Uint32Array(buffer)),
  uint64: (buffer) => Float64Array.from(new BigUint64Array(buffer), Number),
  bool: (buffer) => widened(new Uint8Array(buffer)),
};

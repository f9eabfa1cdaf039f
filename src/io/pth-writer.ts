import { ShapeError } from '../core/errors.js';
import type { NamedArray, NamedArrays } from '../core/named-arrays.js';
import { numel, showShape } from '../core/shape.js';
import { rowMajorStrides } from './strided.js';
import { writeZip, type ZipFile } from './zip-writer.js';

/** The folder inside the archive; PyTorch takes any name. */
const FOLDER = 'archive';
/** PyTorch maps storages from the file where they start at a multiple of this. */
const ALIGNMENT = 64;

/**
 * Writes arrays as a state dict of PyTorch: a zip archive as of version 1.6, an OrderedDict of float32
 * tensors that `torch.load` accepts with `weights_only`. The same bytes for the same arrays.
 *
 * @returns The file in pieces, the numbers among them without a copy.
 * @throws {@link ShapeError} if an array does not fill its shape.
 */
export function writePth(arrays: NamedArrays): Uint8Array[] {
  const files: ZipFile[] = [{ name: `${FOLDER}/data.pkl`, content: [pickleOf(arrays)] }];
  let key = 0;
  for (const { data } of arrays.values()) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    files.push({ name: `${FOLDER}/data/${String(key++)}`, content: [bytes] });
  }
  files.push({ name: `${FOLDER}/version`, content: [Buffer.from('3\n')] });
  return writeZip(files, { alignment: ALIGNMENT });
}

const PROTO_2 = Uint8Array.of(0x80, 2);
const EMPTY_TUPLE = Buffer.from(')');
const REDUCE = Buffer.from('R');
const MARK = Buffer.from('(');
const TUPLE = Buffer.from('t');
const SETITEMS = Buffer.from('u');
const PERSISTENT = Buffer.from('Q');
const FALSE = Uint8Array.of(0x89);
const STOP = Buffer.from('.');
const NEW_ORDERED_DICT = [global('collections', 'OrderedDict'), EMPTY_TUPLE, REDUCE];

function pickleOf(arrays: NamedArrays): Buffer {
  const entries = Array.from(arrays, ([name, array], key) => [
    text(name),
    ...tensor(name, array, String(key)),
  ]);
  const pieces = [PROTO_2, ...NEW_ORDERED_DICT, MARK, ...entries.flat(), SETITEMS, STOP];
  return Buffer.concat(pieces);
}

/** `_rebuild_tensor_v2(storage, 0, size, stride, requires_grad=False, hooks=OrderedDict())` */
function tensor(name: string, { shape, data }: NamedArray, key: string): Uint8Array[] {
  if (numel(shape) !== data.length) {
    throw new ShapeError(
      `pth: "${name}": wrong number count (got ${String(data.length)} for shape ${showShape(shape)})`,
    );
  }
  const storage = [
    ...[MARK, text('storage'), global('torch', 'FloatStorage'), text(key), text('cpu')],
    ...[integer(data.length), TUPLE, PERSISTENT],
  ];
  const size = [MARK, ...shape.map(integer), TUPLE];
  const stride = [MARK, ...rowMajorStrides(shape).map(integer), TUPLE];
  return [
    global('torch._utils', '_rebuild_tensor_v2'),
    ...[MARK, ...storage, integer(0), ...size, ...stride, FALSE, ...NEW_ORDERED_DICT, TUPLE],
    REDUCE,
  ];
}

function global(module: string, name: string): Buffer {
  return Buffer.from(`c${module}\n${name}\n`, 'latin1');
}

function text(value: string): Buffer {
  const encoded = Buffer.from(value);
  const head = Buffer.from('X....');
  head.writeUInt32LE(encoded.length, 1);
  return Buffer.concat([head, encoded]);
}

/** Non-negative integer: four bytes (BININT), or LONG1 if it is larger. */
function integer(value: number): Buffer {
  const wide = value > 0x7fffffff;
  const code = wide ? Buffer.from([0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0]) : Buffer.from('J....');
  if (wide) code.writeBigInt64LE(BigInt(value), 2);
  else code.writeInt32LE(value, 1);
  return code;
}

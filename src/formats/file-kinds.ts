/**
 * Kinds of files, recognised by their content and never by their names: the one table for weights, networks and
 * what people give instead of them. To add a format, add a row.
 */
import { NPY_MAGIC } from '../io/npy.js';
import { LEGACY_MAGIC } from '../io/pth.js';
import { isHdf5 } from '../io/hdf5/blocks.js';
import { isMatFile } from '../io/mat5.js';
import { isSafetensors } from '../io/safetensors-header.js';
import { openZip } from '../io/zip.js';
import type { ByteSource } from '../io/byte-source.js';
import { isCaffeModel, isOnnx } from './protobuf-kind.js';

/** Format of a file. */
export type FileFormat =
  | 'empty'
  | 'npy'
  | 'pth'
  | 'npz'
  | 'mat'
  | 'hdf5'
  | 'safetensors'
  | 'png'
  | 'jpeg'
  | 'tar'
  | 'pickle'
  | 'onnx'
  | 'caffemodel'
  | 'html'
  | 'prototxt'
  | 'text'
  | 'unknown';

/** Format that holds weights. */
export type WeightsFormat = Extract<
  FileFormat,
  'npy' | 'pth' | 'npz' | 'mat' | 'hdf5' | 'safetensors' | 'onnx' | 'caffemodel'
>;

/** Every format that holds weights. */
const WEIGHTS_FORMATS: readonly WeightsFormat[] = [
  'npy',
  'pth',
  'npz',
  'mat',
  'hdf5',
  'safetensors',
  'onnx',
  'caffemodel',
];

/** True for a format that holds weights. */
export function isWeightsFormat(format: FileFormat): format is WeightsFormat {
  return WEIGHTS_FORMATS.some((known) => known === format);
}

/** Row of the table. */
export interface FileKind {
  /** Format. */
  readonly format: FileFormat;
  /** The format as messages name it, with its article. */
  readonly name: string;
  /** Advice for files of an unsupported format; absent if there is none. */
  readonly advice?: string;
}

interface Recogniser extends FileKind {
  /** @param head - First 512 bytes, or the whole file if it is shorter. */
  readonly recognises: (head: Uint8Array, source: ByteSource) => boolean;
}

/** Formats with a magic number come first; those that are recognised by their structure come last. */
const RECOGNISERS: readonly Recogniser[] = [
  { format: 'empty', name: 'an empty file', recognises: ({ length }) => length === 0 },
  { format: 'npy', name: 'a NumPy .npy array', recognises: startsWith(NPY_MAGIC) },
  {
    format: 'pth',
    name: 'a PyTorch .pth file',
    recognises: (head, source) =>
      startsWithBytes(head, LEGACY_MAGIC) || (isZip(head) && holdsPickle(source)),
  },
  { format: 'npz', name: 'a zip archive, such as a NumPy .npz', recognises: isZip },
  { format: 'mat', name: 'a MATLAB .mat file', recognises: isMatFile },
  { format: 'hdf5', name: 'an HDF5 file', recognises: isHdf5 },
  { format: 'safetensors', name: 'a safetensors file', recognises: isSafetensors },
  { format: 'png', name: 'a PNG picture', recognises: startsWith('\x89PNG\r\n\x1a\n') },
  { format: 'jpeg', name: 'a JPEG picture', recognises: startsWith('\xff\xd8\xff') },
  {
    format: 'tar',
    name: 'a tar archive',
    advice: 'PyTorch wrote such files before 2017; load and save it again with PyTorch',
    recognises: (head) => startsWith('ustar')(head.subarray(257)),
  },
  {
    format: 'pickle',
    name: 'a bare pickle',
    advice: 'save tensors with torch.save, or arrays with numpy.savez',
    recognises: (head) => head[0] === 0x80 && head[1] >= 2 && head[1] <= 5,
  },
  { format: 'onnx', name: 'an ONNX file', recognises: (_, source) => isOnnx(source) },
  {
    format: 'caffemodel',
    name: 'a Caffe .caffemodel',
    recognises: (_, source) => isCaffeModel(source),
  },
  { format: 'html', name: 'an HTML page', recognises: isHtml },
  { format: 'prototxt', name: 'a Caffe prototxt', recognises: isPrototxt },
  { format: 'text', name: 'text', recognises: isText },
];

/** A file whose format no row recognises. */
const UNKNOWN: FileKind = { format: 'unknown', name: 'a file of an unknown format' };

/** Bytes at the start of a file by which most formats are recognised. */
const HEAD_BYTES = 512;

/** Recognises the kind of a file by its content. */
export function fileKind(source: ByteSource): FileKind {
  const head = source.view(0, Math.min(HEAD_BYTES, source.length));
  return RECOGNISERS.find(({ recognises }) => recognises(head, source)) ?? UNKNOWN;
}

function startsWith(magic: string): (head: Uint8Array) => boolean {
  const bytes = Uint8Array.from(magic, (character) => character.charCodeAt(0));
  return (head) => startsWithBytes(head, bytes);
}

function startsWithBytes(head: Uint8Array, magic: Uint8Array): boolean {
  return head.length >= magic.length && magic.every((byte, i) => head[i] === byte);
}

function isZip(head: Uint8Array): boolean {
  return startsWith('PK\x03\x04')(head) || startsWith('PK\x05\x06')(head);
}

function holdsPickle(source: ByteSource): boolean {
  return [...openZip(source).entries.keys()].some((name) => name.endsWith('.pkl'));
}

/** Control characters of texts: tabulator, line feed, form feed, carriage return. */
const CONTROLS: readonly number[] = [9, 10, 12, 13];

function isText(head: Uint8Array): boolean {
  return head.every((byte) => byte >= 32 || CONTROLS.includes(byte));
}

function isHtml(head: Uint8Array): boolean {
  return isText(head) && /^\s*<(?:!doctype|html|head|\?xml)\b/i.test(latin1(head));
}

/** Bytes in which the first field of a prototxt is looked for; long licences may precede it. */
const PROTOTXT_BYTES = 2 ** 16;

/**
 * A text whose first word, comments left out, is the name of a field, as in `name: "net"` or `layer {`. Damage
 * after it is for the parser to report, with line and column.
 */
function isPrototxt(head: Uint8Array, source: ByteSource): boolean {
  if (!isText(head)) return false;
  const start = latin1(source.view(0, Math.min(PROTOTXT_BYTES, source.length)));
  const withoutComments = start
    .replace(/^\xef\xbb\xbf/, '')
    .replace(/#.*/g, '')
    .trimStart();
  return /^[A-Za-z_]\w*\s*[:{]/.test(withoutComments);
}

/** Bytes as characters of the same codes, whatever their encoding. */
function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

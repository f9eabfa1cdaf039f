/**
 * The safetensors format: eight bytes of header length, a JSON header, and the arrays end to end.
 */
import { checkOptions, oneOf, type OptionChecks } from '../core/check-options.js';
import { FcnError, ShapeError } from '../core/errors.js';
import type { NamedArray, NamedArrays } from '../core/named-arrays.js';
import { numel, showShape } from '../core/shape.js';
import { memorySource, type ByteSource } from './byte-source.js';
import { toHalf } from './half.js';
import { elementBytes, METADATA_KEY, openHeader, type ArrayEntry } from './safetensors-header.js';
import { readNumbers } from './safetensors-numbers.js';

/** Content of a safetensors file. */
export interface SafetensorsFile {
  /** The arrays, in the order of their bytes. */
  readonly arrays: NamedArrays;
  /** Metadata, from `__metadata__`; empty if there is none. */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads a safetensors file. F16 and BF16 are widened to float32, without loss.
 *
 * @param bytes - The whole file.
 * @param source - Its name, for errors.
 * @throws {@link ParseError} on files that the reference implementation refuses, and on unsupported element types.
 */
export function readSafetensors(bytes: Uint8Array, source: string): SafetensorsFile {
  return readSafetensorsFrom(memorySource(bytes, source));
}

/** As {@link readSafetensors}, but reads array by array, so that only the numbers are in memory. */
export function readSafetensorsFrom(source: ByteSource): SafetensorsFile {
  const { entries, metadata } = openHeader(source);
  const arrays = new Map(entries.map((entry) => [entry.name, readArray(source, entry)]));
  return { arrays, metadata };
}

/** Opens the arrays of a file; every call reads an array again, while the source is open. */
export function safetensorsOnDemand(source: ByteSource): Map<string, () => NamedArray> {
  const { entries } = openHeader(source);
  return new Map(entries.map((entry) => [entry.name, () => readArray(source, entry)]));
}

function readArray(source: ByteSource, entry: ArrayEntry): NamedArray {
  const data = new Float32Array(numel(entry.shape));
  readNumbers(source, entry, 0, data);
  return { shape: entry.shape, data };
}

/** Options of {@link writeSafetensors}. */
export interface SafetensorsWriteOptions {
  /** F32 keeps every bit; F16 rounds to the nearest half, ties to even. */
  readonly dtype: 'F32' | 'F16';
}

const OPTIONS: OptionChecks<SafetensorsWriteOptions> = { dtype: oneOf('F32', 'F16') };

/**
 * Writes a safetensors file: the arrays in the order given, the data aligned to eight bytes.
 *
 * @throws {@link ShapeError} if an array does not fill its shape; {@link FcnError} if a finite value
 *   is too large for F16, or an array is named `__metadata__`.
 */
export function writeSafetensors(
  arrays: NamedArrays,
  metadata: ReadonlyMap<string, string>,
  options: SafetensorsWriteOptions,
): Uint8Array<ArrayBuffer> {
  checkOptions('writeSafetensors', options, OPTIONS);
  const { dtype } = options;
  const payloads = [...arrays].map(([name, array]) => writeArray(name, array, dtype));
  const header = writeHeader(arrays, metadata, dtype);
  const file = new Uint8Array(payloads.reduce((sum, { length }) => sum + length, header.length));
  file.set(header);
  let at = header.length;
  for (const payload of payloads) {
    file.set(payload, at);
    at += payload.length;
  }
  return file;
}

/** Length and header of a file. */
function writeHeader(
  arrays: NamedArrays,
  metadata: ReadonlyMap<string, string>,
  dtype: 'F32' | 'F16',
): Uint8Array<ArrayBuffer> {
  const fields: string[] = [];
  if (metadata.size > 0) fields.push(`"${METADATA_KEY}":${writeTexts(metadata)}`);
  let end = 0;
  for (const [name, { shape }] of arrays) {
    const begin = end;
    end += numel(shape) * elementBytes(dtype);
    const entry = { dtype, shape, data_offsets: [begin, end] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  }
  const text = new TextEncoder().encode(`{${fields.join(',')}}`);
  const length = Math.ceil(text.length / 8) * 8;
  const header = new Uint8Array(8 + length).fill(0x20, 8);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(text, 8);
  return header;
}

/**
 * Parts of an F32 file, in order; arrays are views, not copies.
 *
 * @throws As {@link writeSafetensors}, before the first part.
 */
export function safetensorsParts(
  arrays: NamedArrays,
  metadata: ReadonlyMap<string, string>,
): Uint8Array[] {
  const payloads = [...arrays].map(([name, array]) => writeArray(name, array, 'F32'));
  return [writeHeader(arrays, metadata, 'F32'), ...payloads];
}

/** JSON object of texts. It is not made by JSON.stringify, because an object moves keys like "7" to the front. */
function writeTexts(texts: ReadonlyMap<string, string>): string {
  const fields = Array.from(
    texts,
    ([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`,
  );
  return `{${fields.join(',')}}`;
}

function writeArray(name: string, { shape, data }: NamedArray, dtype: 'F32' | 'F16'): Uint8Array {
  if (name === METADATA_KEY) throw new FcnError(`safetensors: reserved tensor name ${name}`);
  if (numel(shape) !== data.length) {
    throw new ShapeError(
      `safetensors: "${name}": wrong number count (got ${String(data.length)} for shape ${showShape(shape)})`,
    );
  }
  if (dtype === 'F32') return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const halves = Uint16Array.from(data, toHalf);
  const lost = halves.findIndex(
    (bits, i) => (bits & 0x7fff) === 0x7c00 && Number.isFinite(data[i]),
  );
  if (lost >= 0) {
    throw new FcnError(
      `safetensors: "${name}": number too large for F16 (got ${String(data[lost])})`,
    );
  }
  return new Uint8Array(halves.buffer);
}

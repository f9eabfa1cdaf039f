import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import type { NamedArray } from '../../src/core/named-arrays.js';

/** Reads a trusted NumPy `.npz` file: little-endian f4 and i2, C order. */
export function readNpz(path: string): Map<string, NamedArray> {
  const zip = readFileSync(path);
  const arrays = new Map<string, NamedArray>();
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const method = zip.readUInt16LE(at + 10);
    const packed = zip.readUInt32LE(at + 20);
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const body = zip.subarray(start, start + packed);
    arrays.set(name.replace(/\.npy$/, ''), readNpy(method === 0 ? body : inflateRawSync(body)));
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return arrays;
}

function readNpy(file: Buffer): NamedArray {
  const headerEnd = 10 + file.readUInt16LE(8);
  const header = file.toString('latin1', 10, headerEnd);
  const listed = /'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '';
  const shape = Array.from(listed.matchAll(/\d+/g), Number);
  const numbers = Uint8Array.from(file.subarray(headerEnd)).buffer;
  const data = header.includes("'<f4'")
    ? new Float32Array(numbers)
    : Float32Array.from(new Int16Array(numbers));
  return { shape, data };
}

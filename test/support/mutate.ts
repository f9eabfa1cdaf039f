import { crc32, deflateSync, inflateSync } from 'node:zlib';
import type { Rng } from '../../src/core/rng.js';

const CHANGES: readonly ((bytes: Uint8Array, rng: Rng) => Uint8Array)[] = [
  flipBit,
  setByte,
  setByte,
  cutTail,
  splice,
  setWord,
];

/** Number of mutants to try: `count` times FCN_FUZZ, which is set for long runs. */
export function fuzzRuns(count: number): number {
  return count * Number(process.env['FCN_FUZZ'] ?? 1);
}

/** Returns a damaged copy of a file: one to three changes as made by disks, networks and attackers. */
export function mutate(bytes: Uint8Array, rng: Rng): Uint8Array {
  let mutant: Uint8Array = new Uint8Array(bytes);
  for (let left = 1 + rng.integer(3); left > 0 && mutant.length > 0; left--) {
    mutant = CHANGES[rng.integer(CHANGES.length)](mutant, rng);
  }
  return mutant;
}

function flipBit(bytes: Uint8Array, rng: Rng): Uint8Array {
  bytes[rng.integer(bytes.length)] ^= 1 << rng.integer(8);
  return bytes;
}

function setByte(bytes: Uint8Array, rng: Rng): Uint8Array {
  const values = [0, 1, 0x7f, 0x80, 0xff, rng.integer(256)];
  bytes[rng.integer(bytes.length)] = values[rng.integer(values.length)];
  return bytes;
}

function cutTail(bytes: Uint8Array, rng: Rng): Uint8Array {
  return bytes.subarray(0, rng.integer(bytes.length));
}

/** Copies a range over another one, so that lengths and tables are mixed up. */
function splice(bytes: Uint8Array, rng: Rng): Uint8Array {
  const from = rng.integer(bytes.length);
  bytes.copyWithin(rng.integer(bytes.length), from, from + 1 + rng.integer(32));
  return bytes;
}

function setWord(bytes: Uint8Array, rng: Rng): Uint8Array {
  const words = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff];
  const word = words[rng.integer(words.length)];
  const at = rng.integer(bytes.length);
  for (let i = 0; i < 4 && at + i < bytes.length; i++) bytes[at + i] = (word >>> (8 * i)) & 255;
  return bytes;
}

/** Repairs every checksum of a PNG, so that damage reaches the code after the checks. */
export function repairChecksums(png: Uint8Array): Uint8Array {
  const repaired = Uint8Array.from(png);
  const view = new DataView(repaired.buffer);
  for (let at = 8; at + 12 <= repaired.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > repaired.length) break;
    view.setUint32(end, crc32(repaired.subarray(at + 4, end)));
    at = end + 4;
  }
  return repaired;
}

/** Damages the filtered rows of a PNG and compresses them again, so that damage reaches the filters. */
export function mutateRows(png: Uint8Array, rng: Rng): Uint8Array {
  return replaceRows(png, (rows) => mutate(rows, rng));
}

/** Replaces the filtered rows of a PNG. */
export function replaceRows(png: Uint8Array, change: (rows: Uint8Array) => Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const head: Uint8Array[] = [png.subarray(0, 8)];
  const packed: Uint8Array[] = [];
  for (let at = 8; at < png.length;) {
    const end = at + 12 + view.getUint32(at);
    const isPixels = String.fromCharCode(...png.subarray(at + 4, at + 8)) === 'IDAT';
    if (isPixels) packed.push(png.subarray(at + 8, end - 4));
    else if (end < png.length) head.push(png.subarray(at, end));
    at = end;
  }
  const before = inflateSync(Buffer.concat(packed));
  const rows = deflateSync(change(before));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(rows.length);
  const tail = [
    length,
    Buffer.from('IDAT'),
    rows,
    new Uint8Array(4),
    Buffer.from('\0\0\0\0IEND....'),
  ];
  return repairChecksums(Buffer.concat([...head, ...tail]));
}

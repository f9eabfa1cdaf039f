import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { FcnError } from '../../src/core/errors.js';
import { createRng, type Rng } from '../../src/core/rng.js';
import { memorySource, type ByteSource } from '../../src/io/byte-source.js';
import { openHdf5 } from '../../src/io/hdf5/open.js';
import { readMat5 } from '../../src/io/mat5.js';
import { readNpy } from '../../src/io/npy.js';
import { readNpz } from '../../src/io/npz.js';
import { readPth } from '../../src/io/pth.js';
import { openZip } from '../../src/io/zip.js';
import { SEED } from './arbitraries.js';
import { fixture } from './fixtures.js';
import { fuzzRuns, mutate } from './mutate.js';

/** A format under fuzz: sound files to damage, how to damage them, and who reads the result. */
interface FuzzedFormat {
  readonly files: readonly string[];
  readonly damage: (file: Uint8Array, rng: Rng) => Uint8Array;
  readonly read: (source: ByteSource) => unknown;
}

/** Name of a format under fuzz. */
export type FuzzedName = 'pth-zip' | 'pth-legacy' | 'npy' | 'npz' | 'mat' | 'hdf5';

/** Every format of weights that has a reader here. */
export const FUZZED_FORMATS: Readonly<Record<FuzzedName, FuzzedFormat>> = {
  'pth-zip': {
    files: [
      'weights/kinds.pth',
      'weights/views.pth',
      'weights/checkpoint.pth',
      'weights/protocol-4.pth',
    ],
    damage: damageArchive,
    read: readPth,
  },
  'pth-legacy': {
    files: ['weights/legacy.pth', 'weights/views-legacy.pth', 'weights/checkpoint-legacy.pth'],
    damage: mutate,
    read: readPth,
  },
  npy: {
    files: ['weights/f4.npy', 'weights/fortran.npy', 'weights/version-3.npy', 'weights/u8.npy'],
    damage: mutate,
    read: readNpy,
  },
  npz: {
    files: ['weights/stored.npz', 'weights/deflated.npz'],
    damage: damageArchive,
    read: readNpz,
  },
  mat: {
    files: [
      'weights/scipy-compressed.mat',
      'weights/scipy-plain.mat',
      'weights/octave.mat',
      'weights/dagnn.mat',
    ],
    damage: mutate,
    read: readMat5,
  },
  hdf5: {
    files: ['hdf5/snapshot.h5', 'hdf5/kinds.h5', 'hdf5/chunked.h5'],
    damage: mutate,
    read: (source) => {
      for (const dataset of openHdf5(source).values()) {
        if (dataset.element !== null) dataset.numbers();
      }
    },
  },
};

/** What became of the mutants of a format. */
export interface FuzzCounts {
  /** Read without complaint. */
  readonly accepted: number;
  /** Refused by a typed error. */
  readonly refused: number;
  /** Milliseconds of the slowest. */
  readonly slowest: number;
}

/** No mutant may take longer. */
const MOST_MILLISECONDS = 2000;

/**
 * Reads damaged files: each must be refused by a typed error or read as a whole, in two seconds.
 *
 * @param count - Mutants, times FCN_FUZZ.
 */
export function fuzzFormat(name: FuzzedName, count: number): FuzzCounts {
  const format = FUZZED_FORMATS[name];
  const files = format.files.map((file) => fixture(file));
  const rng = createRng(SEED);
  const runs = fuzzRuns(count);
  let [accepted, refused, slowest] = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const mutant = format.damage(files[run % files.length], rng);
    const start = performance.now();
    try {
      format.read(memorySource('mutant', mutant));
      accepted++;
    } catch (error) {
      assert(error instanceof FcnError, `${name}, mutant ${String(run)}: ${String(error)}`);
      refused++;
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  assert(slowest < MOST_MILLISECONDS, `${name}: a mutant took ${String(slowest)} ms`);
  assert(accepted > 0 && refused > runs / 10, `${String(accepted)} read, ${String(refused)} not`);
  return { accepted, refused, slowest };
}

/** Damage to an archive itself, or to a stored file in it, its checksum made right again. */
function damageArchive(file: Uint8Array, rng: Rng): Uint8Array {
  if (rng.integer(3) === 0) return mutate(file, rng);
  const mutant = Uint8Array.from(file);
  const { entries } = openZip(memorySource('sound', mutant));
  const list = [...entries.values()];
  const entry = list[rng.integer(2) === 0 ? 0 : rng.integer(list.length)];
  const content = mutant.subarray(entry.start, entry.start + entry.packedSize);
  const damaged = mutate(content, rng);
  content.set(damaged.subarray(0, content.length));
  if (!entry.deflated) replaceWord(mutant, entry.crc, crc32(content));
  return mutant;
}

/** Puts a checksum where another one stands: in the directory, and in the header if it is there. */
function replaceWord(bytes: Uint8Array, from: number, to: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = Buffer.alloc(4);
  word.writeUInt32LE(from);
  for (let at = buffer.indexOf(word); at >= 0; at = buffer.indexOf(word, at + 4)) {
    buffer.writeUInt32LE(to, at);
  }
}

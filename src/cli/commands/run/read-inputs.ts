import { readFileSync } from 'node:fs';
import { FcnError } from '../../../core/errors.js';
import { decodeImage } from '../../../data/decode-image.js';
import { pictureInput } from '../../../data/make-input.js';
import type { Preprocessing } from '../../../data/preprocessing.js';
import { memorySource, type ByteSource } from '../../../io/byte-source.js';
import { toNumberArray } from '../../../io/elements.js';
import { NPY_MAGIC, readNpy, type NpyArray } from '../../../io/npy.js';
import { readNpz } from '../../../io/npz.js';
import type { OpenedNetwork } from '../../../open/opened-network.js';
import type { InputArray } from '../../../verify/compute-blobs.js';
import { usageError } from '../../shell/exit-codes.js';

/** First bytes of a zip archive, which an .npz is. */
const ZIP_MAGIC = 'PK\x03\x04';

/**
 * Reads the inputs of a network from `data=image.npy`, or from the file alone if there is one input. A file is an
 * array, an archive of arrays (`blobs.npz:KEY`; default key: the name of the input), or a picture.
 *
 * @throws {@link CommandError} if an input is missing, unknown or given twice; {@link FcnError} if a file
 *   is damaged or has no such array.
 */
export function readInputs(
  given: readonly string[],
  opened: OpenedNetwork,
): Map<string, InputArray> {
  const inputs = new Map<string, InputArray>();
  for (const text of given) {
    const { name, file } = splitInput(text, opened.network.inputs);
    if (inputs.has(name)) throw usageError(`--input ${name} is given twice`);
    inputs.set(name, readInput(name, file, opened));
  }
  const missing = opened.network.inputs.filter((name) => !inputs.has(name));
  if (missing.length > 0) {
    const takes = `the network takes ${opened.network.inputs.join(', ')}`;
    throw usageError(`--input ${missing.join(', ')} is missing: ${takes}`);
  }
  return inputs;
}

function splitInput(text: string, names: readonly string[]): { name: string; file: string } {
  const parts = /^([^=]+)=(.*)$/s.exec(text);
  if (parts && names.includes(parts[1])) return { name: parts[1], file: parts[2] };
  if (!parts && names.length === 1) return { name: names[0], file: text };
  throw usageError(`--input ${text}: one of ${names.join(', ')} is expected, as in data=image.npy`);
}

function readInput(name: string, place: string, opened: OpenedNetwork): InputArray {
  const [, path = place, key] = /^(.+\.npz):(.+)$/s.exec(place) ?? [];
  const bytes = readFileSync(path);
  const source = memorySource(bytes, path);
  if (startsWith(bytes, NPY_MAGIC)) return plain(readNpy(source));
  if (startsWith(bytes, ZIP_MAGIC)) return plain(arrayOf(source, name, key));
  const image = decodeImage(bytes, path);
  const photo = photoOf(opened);
  if (photo === null) {
    throw usageError(
      `--input ${path}: unknown preprocessing of a picture for ${name}; say it by --preprocess, or give an array (.npy)`,
    );
  }
  const { data, height, width } = pictureInput(image, photo);
  return { shape: [1, 3, height, width], data };
}

/** Preprocessing of a network's only input; null if it is not known, or the input is not a photo. */
function photoOf({ preprocessing }: OpenedNetwork): Preprocessing | null {
  const [only, ...others] = preprocessing ?? [];
  if (preprocessing === null || others.length > 0) return null;
  return (only.input ?? 'photo') === 'photo' && only.mean !== null ? only : null;
}

/** Array of a key; default: the array with the name of the input, or the only one. */
function arrayOf(source: ByteSource, name: string, key: string | undefined): NpyArray {
  const arrays = readNpz(source);
  const [only] = arrays.values();
  const found = arrays.get(key ?? name) ?? (key === undefined && arrays.size === 1 ? only : null);
  if (found) return found;
  const there = [...arrays.keys()].join(', ');
  throw new FcnError(`${source.name}: no array ${key ?? name}; there are ${there}`);
}

function startsWith(bytes: Uint8Array, magic: string): boolean {
  return Buffer.from(bytes.subarray(0, magic.length)).toString('latin1') === magic;
}

function plain({ shape, data }: NpyArray): InputArray {
  return { shape, data: toNumberArray(data) };
}

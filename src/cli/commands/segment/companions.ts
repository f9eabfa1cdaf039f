/** Second pictures of photos, such as depth, for networks with two inputs. */
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { ParseError } from '../../../core/errors.js';
import { decodeDepth, type DepthMap } from '../../../data/depth.js';
import { memorySource } from '../../../io/byte-source.js';
import { toNumberArray } from '../../../io/elements.js';
import { NPY_MAGIC, readNpy } from '../../../io/npy.js';
import type { SegmentRequest } from '../../../segment/segmenter.js';
import { usageError } from '../../shell/exit-codes.js';
import type { MissingInput, SegmentJob } from './jobs.js';

/** Second pictures: a file, or a folder of files with the names of the photos. */
export interface Companions {
  /** Depth. */
  readonly depth?: string;
  /** Depth coded in three channels. */
  readonly hha?: string;
}

/** Endings of second pictures in a folder. */
const ENDINGS: Readonly<Record<keyof Companions, readonly string[]>> = {
  depth: ['.png', '.npy'],
  hha: ['.png', '.jpg', '.jpeg'],
};

type Item = SegmentJob | MissingInput;

/**
 * Adds the second pictures to the jobs; a job without one in the folder fails.
 *
 * @throws {@link CommandError} (usage) if one file is given for several photos, or there is no such file.
 */
export function withCompanions(items: readonly Item[], companions: Companions): Item[] {
  const jobs = items.filter((item) => 'overlay' in item).length;
  return (['depth', 'hha'] as const).reduce<Item[]>(
    (list, kind) => {
      const place = companions[kind];
      return place === undefined ? list : list.map((item) => withOne(item, kind, place, jobs));
    },
    [...items],
  );
}

function withOne(item: Item, kind: keyof Companions, place: string, jobs: number): Item {
  if ('failure' in item) return item;
  if (!existsSync(place)) throw usageError(`--${kind}: there is no ${place}`);
  if (!statSync(place).isDirectory()) {
    if (jobs === 1) return { ...item, [kind]: place };
    throw usageError(`--${kind}: for several photos give a folder with a file of each one's name`);
  }
  const paths = ENDINGS[kind].map((ending) => join(place, parse(item.input).name + ending));
  const found = paths.find((path) => existsSync(path));
  if (found !== undefined) return { ...item, [kind]: found };
  const wanted = paths.map((path) => basename(path)).join(' or ');
  return { input: item.input, failure: `there is no ${wanted} in ${place}` };
}

/** Reads the second pictures of a job. */
export async function readCompanions({
  depth,
  hha,
}: SegmentJob): Promise<Pick<SegmentRequest, 'depth' | 'hha'>> {
  return {
    ...(depth === undefined ? {} : { depth: depthOf(await readFile(depth), depth) }),
    ...(hha === undefined ? {} : { hha: await readFile(hha) }),
  };
}

/** Depth as a PNG of 16 bits, or as an array of rows and columns. */
function depthOf(bytes: Uint8Array, path: string): DepthMap {
  const head = Buffer.from(bytes.subarray(0, NPY_MAGIC.length)).toString('latin1');
  if (head !== NPY_MAGIC) return decodeDepth(bytes, path);
  const { shape, data } = readNpy(memorySource(bytes, path));
  const [height, width] = shape;
  if (shape.length !== 2)
    throw new ParseError(path, 0, 'depth has rows and columns, no other axes');
  const plain = toNumberArray(data);
  return { width, height, data: plain instanceof Uint16Array ? plain : Float32Array.from(plain) };
}

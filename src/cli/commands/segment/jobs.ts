import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import { usageError } from '../../shell/exit-codes.js';
import { isSystemError, systemReason } from '../../shell/system-error.js';

/** One photo and the paths of its results. */
export interface SegmentJob {
  /** The photo, as the user named it. */
  readonly input: string;
  /** Path of the class map. */
  readonly classMap: string;
  /** Path of the overlay. */
  readonly overlay: string;
  /** Depth of the photo. */
  readonly depth?: string;
  /** The same in three channels. */
  readonly hha?: string;
}

/** An input that cannot be read. */
export interface MissingInput {
  /** The input, as the user named it. */
  readonly input: string;
  /** Reason. */
  readonly failure: string;
}

const PHOTO = /^[^.].*\.(?:png|jpe?g)$/i;

/** True on file systems that treat `A.png` and `a.png` as one name. */
const FOLDS_CASE = process.platform === 'darwin' || process.platform === 'win32';

/**
 * Lists the work in the order of the inputs: files as they are, folders as the PNG and JPEG files in
 * them, sorted by name, hidden ones left out. A photo that is named twice is done once.
 *
 * @throws {@link CommandError} (usage) if two photos would be written to one name, or a result would
 *   replace a photo.
 */
export async function listSegmentJobs(
  inputs: readonly string[],
  outDir: string,
): Promise<(SegmentJob | MissingInput)[]> {
  const seen = new Set<string>();
  const listed: (SegmentJob | MissingInput)[] = [];
  for (const input of inputs) {
    for (const item of await expand(input)) {
      const path = resolve(item.input);
      if (seen.has(path)) continue;
      seen.add(path);
      listed.push('failure' in item ? item : withOutputs(item.input, outDir));
    }
  }
  await refuseCollisions(listed.filter((item) => 'overlay' in item));
  return listed;
}

async function expand(input: string): Promise<(MissingInput | { readonly input: string })[]> {
  try {
    const status = await stat(input);
    if (status.isFile()) return [{ input }];
    if (!status.isDirectory()) return [{ input, failure: 'neither a file nor a folder' }];
    const names = (await readdir(input)).filter((name) => PHOTO.test(name)).sort();
    if (names.length === 0) return [{ input, failure: 'no PNG or JPEG files in this folder' }];
    return names.map((name) => ({ input: join(input, name) }));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return [{ input, failure: systemReason(error) }];
  }
}

function withOutputs(input: string, outDir: string): SegmentJob {
  const { name } = parse(input);
  return {
    input,
    classMap: join(outDir, `${name}.png`),
    overlay: join(outDir, `${name}.overlay.png`),
  };
}

async function refuseCollisions(jobs: readonly SegmentJob[]): Promise<void> {
  const photos = new Map<string, string>();
  for (const { input } of jobs) {
    photos.set(await identity(input), input);
    photos.set(fold(await realpath(input)), input);
  }
  const writers = new Map<string, string>();
  for (const { input, classMap, overlay } of jobs) {
    for (const output of [classMap, overlay]) {
      const key = await identity(output);
      const photo = photos.get(key);
      if (photo !== undefined) {
        throw usageError(`the result of ${input} would replace ${photo}; choose another -o`);
      }
      const other = writers.get(key);
      if (other !== undefined) {
        throw usageError(`${other} and ${input} would both be written to ${output}`);
      }
      writers.set(key, input);
    }
  }
}

/** Unique name of a directory entry, also if links lead to its folder. */
async function identity(path: string): Promise<string> {
  const folder = resolve(dirname(path));
  const real = await realpath(folder).catch(() => folder);
  return fold(join(real, basename(path)));
}

function fold(path: string): string {
  return FOLDS_CASE ? path.toLowerCase() : path;
}

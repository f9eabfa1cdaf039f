/** Lookup in the zoo: entries by name, by network and by file, and their files in the cache. */
import { stat } from 'node:fs/promises';
import { FcnError } from '../core/errors.js';
import { cacheFolder, digestFile, findCached, type CachedFile, type Environment } from './cache.js';
import { ZOO } from './catalogue.js';
import type { ZooEntry } from './entry.js';

/** Error for an entry whose file is not in the cache. */
export class NotDownloadedError extends FcnError {
  override name = 'NotDownloadedError';
}

/** Finds the entry of a name; null if there is none. */
export function findEntry(name: string): ZooEntry | null {
  return ZOO.find((entry) => entry.name === name) ?? null;
}

/** Finds the first entry of a network, the authors' own before ports; null if no weights were published. */
export function entryOfNetwork(network: string): ZooEntry | null {
  return ZOO.find((entry) => entry.network === network) ?? null;
}

/**
 * Finds the entry of a file by its size and digest; null if no entry with a published size and digest matches.
 *
 * @param entries - Entries that are searched; default: the whole zoo.
 * @throws an error of the system if the file cannot be read.
 */
export async function entryOfFile(
  path: string,
  entries: readonly ZooEntry[] = ZOO,
): Promise<ZooEntry | null> {
  const { size } = await stat(path);
  for (const entry of entries.filter(({ bytes }) => bytes === size)) {
    if (entry.checksum === null) continue;
    const { published } = await digestFile(path, entry.checksum);
    if (published === entry.checksum.hex) return entry;
  }
  return null;
}

/**
 * Finds the file of an entry in the cache. Nothing is downloaded.
 *
 * @throws {@link NotDownloadedError} if it is missing; the message names the command that downloads it.
 */
export async function cachedFileOf(entry: ZooEntry, environment: Environment): Promise<CachedFile> {
  const folder = cacheFolder(environment);
  const cached = await findCached(folder, entry);
  if (cached !== null) return cached;
  throw new NotDownloadedError(
    `${entry.name}: not in the cache, ${folder}; run fcn download ${entry.name}`,
  );
}

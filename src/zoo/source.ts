/** From names of the zoo to files in the cache, and from networks to what their weights take and tell. */
import { stat } from 'node:fs/promises';
import { FcnError } from '../core/errors.js';
import { cacheFolder, digestFile, findCached, type CachedFile, type Environment } from './cache.js';
import { ZOO } from './catalogue.js';
import type { ZooEntry } from './entry.js';

/** An entry's file is not in the cache. */
export class NotDownloadedError extends FcnError {
  override name = 'NotDownloadedError';
}

/** The entry of a name, or null if the zoo has none. */
export function findEntry(name: string): ZooEntry | null {
  return ZOO.find((entry) => entry.name === name) ?? null;
}

/** The first entry of a network, or null if none was published: the authors' own come first. */
export function entryOfNetwork(network: string): ZooEntry | null {
  return ZOO.find((entry) => entry.network === network) ?? null;
}

/**
 * The entry that a file is, by its size and its digest; null if it is none whose both are published.
 *
 * @param entries - Among which it is looked for; default: the whole zoo.
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
 * The file of an entry in the cache. Nothing is downloaded.
 *
 * @throws {@link NotDownloadedError} that says how to download it.
 */
export async function cachedFileOf(entry: ZooEntry, environment: Environment): Promise<CachedFile> {
  const folder = cacheFolder(environment);
  const cached = await findCached(folder, entry);
  if (cached !== null) return cached;
  throw new NotDownloadedError(
    `${entry.name} is not in the cache, ${folder}: fcn download ${entry.name}`,
  );
}

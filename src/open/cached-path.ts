import { FcnError } from '../core/errors.js';
import type { ZooEntry } from '../zoo/entry.js';
import { cachedFileOf } from '../zoo/source.js';
import { OpenError } from './open-error.js';

/**
 * Path of the published weights of a network in the cache. Nothing is downloaded.
 *
 * @throws {@link OpenError} `no-weights` if none were published, `not-downloaded` if they are not in the cache.
 */
export async function cachedPath(name: string, entry: ZooEntry | null): Promise<string> {
  if (entry === null) {
    const problem = `${name}: missing weights (none were published)`;
    throw new OpenError(
      'no-weights',
      (naming) => `${problem}; give a file by ${naming('weights')}`,
    );
  }
  try {
    return (await cachedFileOf(entry, process.env)).path;
  } catch (cause) {
    if (!(cause instanceof FcnError)) throw cause;
    const command = `"fcn download ${entry.name}"`;
    throw new OpenError(
      'not-downloaded',
      (naming) =>
        `${name}: weights not downloaded; run ${command}, or give a file by ${naming('weights')}`,
      { cause },
    );
  }
}

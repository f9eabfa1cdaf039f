import { cachedPath } from './cached-path.js';
import { networkOfName, unknownName } from './known-names.js';
import { isName, readSource, type NetworkSource, type OpenedFile } from './read-source.js';

/**
 * Opens the file that a source leads to; of a name, the model file of this library or the published weights in the
 * cache.
 *
 * @throws {@link OpenError} `unknown-name`, `not-found`, `unreadable`, `not-downloaded`, or `no-weights` for the name of
 *   a network without published weights.
 */
export async function fileOfSource(source: NetworkSource): Promise<OpenedFile> {
  if (!isName(source)) return await readSource(source);
  const named = networkOfName(source);
  if (named === null) throw unknownName(source);
  if ('file' in named) return await readSource(named.file);
  return await readSource(await cachedPath(source, 'entry' in named ? named.entry : null));
}

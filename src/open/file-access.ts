/** Access to files on disk: the one module through which sources reach the file system of Node. */
import { existsSync, statSync, type Stats } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openFileSource, type FileSource } from '../io/file-source.js';
import { OpenError, openingNow } from './open-error.js';

/** True if there is a file or a folder at a path. */
export function fileExists(path: string): boolean {
  return existsSync(path);
}

/** Path of a `file:` URL. */
export function pathOfUrl(url: URL): string {
  return fileURLToPath(url);
}

/**
 * Opens a file.
 *
 * @throws {@link OpenError} `not-found`, `unreadable` or `not-a-network` (a folder).
 */
export function openPath(path: string): FileSource {
  const found = statOf(path);
  if (found === undefined) throw new OpenError('not-found', `${path}: no such file`);
  if (found.isDirectory()) {
    throw new OpenError('not-a-network', `${path}: not a network (got a folder, expected a file)`);
  }
  return openingNow('unreadable', () => openFileSource(path));
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw new OpenError('unreadable', `${path}: ${(cause as Error).message}`, { cause });
  }
}

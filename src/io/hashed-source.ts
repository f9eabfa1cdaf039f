import { createHash } from 'node:crypto';
import { FcnError } from '../core/errors.js';
import { watchedSource } from './watched-source.js';
import type { ByteSource } from './byte-source.js';

/**
 * What is made of a source whose SHA-256 is checked, if one is asked for. It is found along the way, from the bytes
 * that are used: see {@link watchedSource}.
 *
 * @param sha256 - What the bytes must have, in hexadecimal digits; undefined: whatever they have.
 * @param read - What it returns, nobody sees before all bytes were checked.
 * @throws {@link FcnError} if the bytes have another one, besides what `read` throws.
 */
export function readHashed<T>(
  source: ByteSource,
  sha256: string | undefined,
  read: (source: ByteSource) => T,
): T {
  if (sha256 === undefined) return read(source);
  const hash = createHash('sha256');
  const watched = watchedSource(source, (block) => hash.update(block));
  const result = read(watched);
  watched.finish();
  const found = hash.digest('hex');
  if (found === sha256.toLowerCase()) return result;
  throw new FcnError(`${source.name}: its SHA-256 is ${found}, not ${sha256}`);
}

import { createHash } from 'node:crypto';
import { DigestError } from '../core/errors.js';
import { observedSource } from './observed-source.js';
import type { ByteSource } from './byte-source.js';

/**
 * Returns the result of `read`, after checking the SHA-256 of the source if one is given. The digest is computed
 * while the bytes are read: see {@link observedSource}.
 *
 * @param sha256 - Expected SHA-256 in hexadecimal digits; undefined = no check.
 * @param read - Reads the source; its result is returned only after the check.
 * @throws {@link DigestError} if the SHA-256 differs; also the errors of `read`.
 */
export function readHashed<T>(
  source: ByteSource,
  sha256: string | undefined,
  read: (source: ByteSource) => T,
): T {
  if (sha256 === undefined) return read(source);
  const hash = createHash('sha256');
  const observed = observedSource(source, (block) => hash.update(block));
  const result = read(observed);
  observed.finish();
  const found = hash.digest('hex');
  if (found === sha256.toLowerCase()) return result;
  throw new DigestError(`${source.name}: wrong SHA-256 (got ${found}, expected ${sha256})`);
}

import { createHash } from 'node:crypto';
import { FcnError } from '../core/errors.js';
import { watchedSource, type WatchedSource } from './watched-source.js';
import type { ByteSource } from './byte-source.js';

/**
 * A source whose SHA-256 is found along the way, from what is copied: see {@link watchedSource}. Nothing that was
 * read may be used unless `finish` returns, which throws an {@link FcnError} if the bytes have another one.
 *
 * @param sha256 - What the bytes must have, in hexadecimal digits.
 */
export function hashedSource(source: ByteSource, sha256: string): WatchedSource {
  const hash = createHash('sha256');
  const watched = watchedSource(source, (block) => hash.update(block));
  return {
    ...watched,
    finish() {
      watched.finish();
      const found = hash.digest('hex');
      if (found !== sha256.toLowerCase()) {
        throw new FcnError(`${source.name}: its SHA-256 is ${found}, not ${sha256}`);
      }
    },
  };
}

import { createHash } from 'node:crypto';
import { FcnError } from '../core/errors.js';
import type { ByteSource } from './byte-source.js';

/** A source that can tell, once it has been used, whether its bytes are the expected ones. */
export interface HashedSource extends ByteSource {
  /**
   * Reads what has not been copied yet, and compares.
   *
   * @throws {@link FcnError} if the bytes have another SHA-256.
   */
  finish(): void;
}

/** Bytes that are read and hashed together: they stay in a processor's cache. */
const BLOCK_BYTES = 2 ** 20;

/**
 * A source whose SHA-256 is found along the way: bytes are hashed where they are copied to, block by block, so
 * that a file whose numbers are taken in their order is read once and needs no memory besides. Views, which
 * are of what is said about the numbers, and what is copied out of order are read again.
 *
 * Nothing that was read may be used unless `finish` returns.
 *
 * @param sha256 - What the bytes must have, in hexadecimal digits.
 */
export function hashedSource(source: ByteSource, sha256: string): HashedSource {
  const hash = createHash('sha256');
  let hashed = 0;
  const scratch = new Uint8Array(Math.min(BLOCK_BYTES, source.length));

  /** Copies the next bytes and hashes them. */
  const advance = (target: Uint8Array): void => {
    for (let at = 0; at < target.length; at += BLOCK_BYTES) {
      const block = target.subarray(at, at + BLOCK_BYTES);
      source.copy(hashed, block);
      hash.update(block);
      hashed += block.length;
    }
  };
  const advanceTo = (end: number): void => {
    while (hashed < end) advance(scratch.subarray(0, Math.min(scratch.length, end - hashed)));
  };

  return {
    name: source.name,
    length: source.length,
    view: (start, end) => source.view(start, end),
    copy(start, target) {
      if (start < hashed) {
        source.copy(start, target);
        return;
      }
      advanceTo(start);
      advance(target);
    },
    finish() {
      advanceTo(source.length);
      const found = hash.digest('hex');
      if (found !== sha256.toLowerCase()) {
        throw new FcnError(`${source.name}: its SHA-256 is ${found}, not ${sha256}`);
      }
    },
  };
}

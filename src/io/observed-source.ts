import { BLOCK_BYTES, type ByteSource } from './byte-source.js';

/** A source that also passes all bytes to an observer. */
export interface ObservedSource extends ByteSource {
  /** Passes the remaining bytes to the observer. */
  finish(): void;
}

/**
 * Wraps a source so that an observer, such as a digest, gets all bytes once and in order: block by block while they
 * are copied, so that a file that is read in order is read only once and needs no extra memory. A view that continues
 * the last bytes is passed on as it is; bytes that are read out of order are read again.
 *
 * @param observe - Called with the next bytes, which are valid only during the call.
 */
export function observedSource(
  source: ByteSource,
  observe: (block: Uint8Array) => void,
): ObservedSource {
  let observed = 0;
  let scratch: Uint8Array | null = null;

  const observeNext = (bytes: Uint8Array): void => {
    observe(bytes);
    observed += bytes.length;
  };
  /** Copies the next bytes into a block and passes them to the observer. */
  const next = (block: Uint8Array): Uint8Array => {
    source.copy(observed, block);
    observeNext(block);
    return block;
  };
  const nextOf = (length: number): Uint8Array => {
    scratch ??= new Uint8Array(Math.min(BLOCK_BYTES, source.length));
    return next(scratch.subarray(0, length));
  };
  const advance = (target: Uint8Array): void => {
    if (target.length > BLOCK_BYTES) {
      for (let at = 0; at < target.length; at += BLOCK_BYTES) {
        target.set(nextOf(target.length - at), at);
      }
    } else if (target.length > 0) next(target);
  };
  const advanceTo = (end: number): void => {
    while (observed < end) nextOf(end - observed);
  };

  return {
    name: source.name,
    length: source.length,
    view(start, end) {
      const bytes = source.view(start, end);
      if (start <= observed && observed < end) observeNext(bytes.subarray(observed - start));
      return bytes;
    },
    copy(start, target) {
      advanceTo(start);
      const known = Math.min(target.length, observed - start);
      if (known > 0) source.copy(start, target.subarray(0, known));
      advance(target.subarray(known));
    },
    finish() {
      advanceTo(source.length);
    },
  };
}

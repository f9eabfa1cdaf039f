import type { ByteSource } from './byte-source.js';

/** A source that somebody else sees all bytes of, too. */
export interface WatchedSource extends ByteSource {
  /** Shows what has not been copied yet. */
  finish(): void;
}

/** Bytes that are read and shown together: they stay in a processor's cache. */
const BLOCK_BYTES = 2 ** 20;

/**
 * A source all of whose bytes are shown once, in their order, as for a digest: where they are copied to, block by
 * block, so that a file whose numbers are taken in their order is read once and needs no memory besides. Views,
 * which are of what is said about the numbers, and what is copied out of order are read again.
 *
 * @param show - Sees the next bytes, until it returns.
 */
export function watchedSource(
  source: ByteSource,
  show: (block: Uint8Array) => void,
): WatchedSource {
  let shown = 0;
  let scratch: Uint8Array | null = null;

  /** Copies the next bytes and shows them. */
  const advance = (target: Uint8Array): void => {
    for (let at = 0; at < target.length; at += BLOCK_BYTES) {
      const block = target.subarray(at, at + BLOCK_BYTES);
      source.copy(shown, block);
      show(block);
      shown += block.length;
    }
  };
  const advanceTo = (end: number): void => {
    while (shown < end) {
      scratch ??= new Uint8Array(Math.min(BLOCK_BYTES, source.length));
      advance(scratch.subarray(0, Math.min(scratch.length, end - shown)));
    }
  };

  return {
    name: source.name,
    length: source.length,
    view: (start, end) => source.view(start, end),
    copy(start, target) {
      if (start < shown) {
        source.copy(start, target);
        return;
      }
      advanceTo(start);
      advance(target);
    },
    finish() {
      advanceTo(source.length);
    },
  };
}

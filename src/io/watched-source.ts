import { BLOCK_BYTES, type ByteSource } from './byte-source.js';

/** A source that somebody else sees all bytes of, too. */
export interface WatchedSource extends ByteSource {
  /** Shows what has not been copied yet. */
  finish(): void;
}

/**
 * A source all of whose bytes are shown once, in their order, as for a digest: block by block on their way to where
 * they are copied, so that a file whose numbers are taken in their order is read once and needs no memory besides.
 * A view that goes on where the last bytes ended is shown as it is; what is taken out of order is read again.
 *
 * @param show - Sees the next bytes, one or more, until it returns.
 */
export function watchedSource(
  source: ByteSource,
  show: (block: Uint8Array) => void,
): WatchedSource {
  let shown = 0;
  let scratch: Uint8Array | null = null;

  const showNext = (bytes: Uint8Array): void => {
    show(bytes);
    shown += bytes.length;
  };
  /** Copies the next bytes into a block and shows them. */
  const next = (block: Uint8Array): Uint8Array => {
    source.copy(shown, block);
    showNext(block);
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
    while (shown < end) nextOf(end - shown);
  };

  return {
    name: source.name,
    length: source.length,
    view(start, end) {
      const bytes = source.view(start, end);
      if (start <= shown && shown < end) showNext(bytes.subarray(shown - start));
      return bytes;
    },
    copy(start, target) {
      advanceTo(start);
      const known = Math.min(target.length, shown - start);
      if (known > 0) source.copy(start, target.subarray(0, known));
      advance(target.subarray(known));
    },
    finish() {
      advanceTo(source.length);
    },
  };
}

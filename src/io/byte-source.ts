/** Bytes that can be read at any place: a buffer, or a file too large to be one. */
export interface ByteSource {
  /** The name errors carry: the format or the file. */
  readonly name: string;
  /** Number of bytes. */
  readonly length: number;
  /** Bytes from `start` to before `end`, both within the source: a view or a copy, not to be written. */
  view(start: number, end: number): Uint8Array;
  /** Copies the bytes from `start` on into `target`, which they fill. */
  copy(start: number, target: Uint8Array): void;
}

/**
 * Bytes that are read, looked at and passed on together: they stay in a processor's cache. Large targets are filled
 * from a block of this size that is used again and again, and not by the system: each new page of memory then has
 * one fault, where it is written, and not a second one where the program first looks at what the system wrote.
 */
export const BLOCK_BYTES: number = 2 ** 20;

/** The bytes of a buffer; what is viewed shares its memory. */
export function memorySource(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    length: bytes.length,
    view: (start, end) => bytes.subarray(start, end),
    copy: (start, target) => {
      target.set(bytes.subarray(start, start + target.length));
    },
  };
}

/** A stretch of a source as a source of its own, whose places count from its start. */
export function stretchOf(
  source: ByteSource,
  name: string,
  { start, length }: { readonly start: number; readonly length: number },
): ByteSource {
  return {
    name,
    length,
    view: (from, to) => source.view(start + from, start + to),
    copy: (from, target) => {
      source.copy(start + from, target);
    },
  };
}

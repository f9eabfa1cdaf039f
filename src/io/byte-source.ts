/** Bytes with random access: a buffer, or a file of any size. */
export interface ByteSource {
  /** Name of the format or file, for errors. */
  readonly name: string;
  /** Number of bytes. */
  readonly length: number;
  /** Bytes from `start` to before `end`, both within the source, as a view or a copy; read-only. */
  view(start: number, end: number): Uint8Array;
  /** Fills `target` with the bytes from `start` on. */
  copy(start: number, target: Uint8Array): void;
}

/**
 * Block size for reading, digesting and copying: a block stays in the processor's cache. Large targets are filled
 * from one reused block instead of directly by the system: each new page of memory then has one page fault, not
 * two.
 */
export const BLOCK_BYTES: number = 2 ** 20;

/** Wraps a buffer as a source; views share its memory. */
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

/** A range of a source as a source; its offsets count from the start of the range. */
export function sourceRange(
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

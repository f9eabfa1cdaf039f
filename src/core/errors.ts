/** Base class of the errors of this library: an invalid argument, shape, file or state. */
export class FcnError extends Error {
  /** `FcnError`. */
  override name = 'FcnError';
}

/** Shapes that do not fit an operation. The message names the operation and both shapes. */
export class ShapeError extends FcnError {
  /** `ShapeError`. */
  override name = 'ShapeError';
}

/** A thread that ended during a computation. Its result is lost; the next run starts a new thread. */
export class ThreadError extends FcnError {
  /** `ThreadError`. */
  override name = 'ThreadError';
}

/** A file whose SHA-256 is not the expected one. */
export class DigestError extends FcnError {
  /** `DigestError`. */
  override name = 'DigestError';
}

/** A damaged or unsupported file. The message names the format or file, the reason and the byte offset. */
export class ParseError extends FcnError {
  /** `ParseError`. */
  override name = 'ParseError';
  /** Name of the format or file, such as `png` or `weights.safetensors`. */
  readonly source: string;
  /** Byte offset at which reading failed. */
  readonly offset: number;

  constructor(source: string, offset: number, reason: string) {
    super(`${source}: ${reason} (at byte ${String(offset)})`);
    this.source = source;
    this.offset = offset;
  }
}

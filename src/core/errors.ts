/** Any error this library raises on purpose: a wrong argument, shape, file or state. */
export class FcnError extends Error {
  /** `FcnError`. */
  override name = 'FcnError';
}

/** Shapes that do not fit an operation. The message names the op, the expectation and what came. */
export class ShapeError extends FcnError {
  /** `ShapeError`. */
  override name = 'ShapeError';
}

/** A thread that ended while it computed. What it worked on is lost; the next run has a new thread. */
export class ThreadError extends FcnError {
  /** `ThreadError`. */
  override name = 'ThreadError';
}

/** A damaged or unsupported file. The message names the format, the place and the reason. */
export class ParseError extends FcnError {
  /** `ParseError`. */
  override name = 'ParseError';
  /** The format or file that was read, such as `png` or `weights.safetensors`. */
  readonly source: string;
  /** Byte offset at which reading failed. */
  readonly offset: number;

  constructor(source: string, offset: number, reason: string) {
    super(`${source}: ${reason} (at byte ${String(offset)})`);
    this.source = source;
    this.offset = offset;
  }
}

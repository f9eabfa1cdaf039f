/**
 * A convolution as a sum over taps: what the kernels of `conv2d.ts` and `conv-weight.ts` work on.
 *
 * The map that is read through the window is [channels][height][width]. Position (i, j) of the other
 * map, [outputs][rows][columns], sees through tap t the element (i·stepY + dy, j·stepX + dx) of it,
 * or zero where that lies outside. Fields are 4 bytes each, in this order; strides count elements.
 * `src/backend/wasm/conv.ts` writes it.
 */
@unmanaged
export class ConvJob {
  /** [channels][height][width]: what the taps read. */
  x: usize;
  /** Weight of output 0, channel 0 (for the weight's gradient: its gradient, of the same layout). */
  w: usize;
  /** Element (0, 0) of output 0 of the other map. */
  y: usize;
  /** [tapCount] of {@link Tap}. */
  taps: usize;
  /** Workspace for packed rows (weights), 16-byte aligned. */
  packedRows: usize;
  /** Workspace for packed columns (the map), 16-byte aligned. */
  packedColumns: usize;
  /** Workspace of 256 bytes: see `tile.ts`. */
  scratch: usize;
  channels: i32;
  height: i32;
  width: i32;
  outputs: i32;
  rows: i32;
  columns: i32;
  stepY: i32;
  stepX: i32;
  tapCount: i32;
  wOutputStride: i32;
  wChannelStride: i32;
  yOutputStride: i32;
  yRowStride: i32;
  yColumnStride: i32;
  /** Outputs whose weights are packed at once, a multiple of 4. */
  blockOutputs: i32;
}

/** One position of the window. */
@unmanaged
export class Tap {
  /** Added to i·stepY and j·stepX. */
  dy: i32;
  dx: i32;
  /** Where its weight is, counted in elements from that of the channel. */
  w: i32;
}

/** Bytes of a {@link Tap}. */
export const TAP_BYTES: usize = 12;

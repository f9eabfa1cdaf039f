/**
 * A convolution as a sum over taps: the job of the kernels in `conv2d.ts` and `conv-weight.ts`.
 *
 * The map read through the window is [channels][height][width]. Tap t of position (i, j) of the other
 * map, [outputs][rows][columns], reads the element (i·stepY + dy, j·stepX + dx) of the window's map,
 * or 0 outside it. Fields are 4 bytes each, in this order; strides are in elements.
 * `src/backend/wasm/conv.ts` writes the job.
 */
@unmanaged
export class ConvJob {
  /** [channels][height][width]: the map that the taps read. */
  x: usize;
  /** Weight of output 0, channel 0; for the weight gradient: that gradient, in the same layout. */
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
  /** Offsets added to i·stepY and j·stepX. */
  dy: i32;
  dx: i32;
  /** Offset of the tap's weight from the first weight of the channel, in elements. */
  w: i32;
}

/** Size of a {@link Tap} in bytes. */
export const TAP_BYTES: usize = 12;

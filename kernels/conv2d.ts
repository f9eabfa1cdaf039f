import { ConvJob, Tap, TAP_BYTES } from './conv-job';
import { gemm_f32_4x8 } from './gemm';
import { COLUMN_OFFSETS, gemm_f32_edge, TILE_COLUMNS, TILE_ROWS } from './tile';

/** Output positions per block: with DEPTH, 256 KiB of packed columns, which fit in the L2 cache. */
const BLOCK_COLUMNS: i32 = 256;
/** Terms of the sum per block. */
const DEPTH: i32 = 256;

/**
 * y[o, i, j] += Σ_t Σ_c w[o, c, t] · x[c, i·stepY + dy(t), j·stepX + dx(t)], in this order: taps as
 * listed, channels ascending. Each sum starts with the old value of `y`.
 *
 * Weights are packed [o/4][term][4] and the map, as a tiled im2col, [position/8][term][8]; a tile of
 * 4 outputs × 8 positions is then computed by {@link gemm_f32_4x8}; `y` keeps the sums between blocks
 * of terms. `address` points to a {@link ConvJob}.
 */
export function conv_f32(address: usize): void {
  const job = changetype<ConvJob>(address);
  const depth = job.tapCount * job.channels;
  const positions = job.rows * job.columns;
  for (let o = 0; o < job.outputs; o += job.blockOutputs) {
    const outputs = min(job.blockOutputs, job.outputs - o);
    pack_weights(job, o, outputs);
    for (let p = 0; p < positions; p += BLOCK_COLUMNS) {
      const count = min(BLOCK_COLUMNS, positions - p);
      for (let k = 0; k < depth; k += DEPTH) {
        const terms = min(DEPTH, depth - k);
        for (let n = 0; n < count; n += TILE_COLUMNS) {
          pack_positions(job, p + n, min(TILE_COLUMNS, count - n), k, terms);
          multiply_panel(job, o, outputs, p + n, min(TILE_COLUMNS, count - n), k, terms);
        }
      }
    }
  }
}

/** Multiplies one panel of packed positions with all packed outputs. */
function multiply_panel(
  job: ConvJob,
  o: i32,
  outputs: i32,
  p: i32,
  positions: i32,
  k: i32,
  terms: i32,
): void {
  const depth = job.tapCount * job.channels;
  const ldc = (<usize>job.yOutputStride) << 2;
  const row = p / job.columns;
  const contiguous =
    positions == TILE_COLUMNS &&
    job.yColumnStride == 1 &&
    (job.yRowStride == job.columns || (p + 7) / job.columns == row);
  const offsets = job.scratch + COLUMN_OFFSETS;
  if (!contiguous || outputs & 3) list_offsets(job, p, positions, offsets);
  const base = job.y + <usize>o * ldc;
  const first =
    base + <usize>((row * job.yRowStride + (p - row * job.columns) * job.yColumnStride) << 2);
  for (let q = 0; q < outputs; q += TILE_ROWS) {
    const a = job.packedRows + ((<usize>q * <usize>depth + ((<usize>k) << 2)) << 2);
    const c = <usize>q * ldc;
    if (contiguous && q + TILE_ROWS <= outputs)
      gemm_f32_4x8(a, job.packedColumns, first + c, ldc, terms);
    else {
      const rows = min(TILE_ROWS, outputs - q);
      gemm_f32_edge(a, job.packedColumns, base + c, ldc, terms, rows, positions, job.scratch);
    }
  }
}

/** Writes the byte offset of each position in the output's map. */
function list_offsets(job: ConvJob, p: i32, positions: i32, offsets: usize): void {
  for (let n = 0; n < positions; n++) {
    const i = (p + n) / job.columns;
    const j = p + n - i * job.columns;
    store<i32>(offsets + ((<usize>n) << 2), (i * job.yRowStride + j * job.yColumnStride) << 2);
  }
}

/** Channels whose weights are packed at once for all taps: their weights fit in the L1 cache. */
const BLOCK_CHANNELS: i32 = 16;

/** Packs the weights of outputs o … o + count as [quad][tap][channel][4], zeros after the last. */
function pack_weights(job: ConvJob, o: i32, count: i32): void {
  const outputStep = (<usize>job.wOutputStride) << 2;
  const quadBytes = (<usize>(job.tapCount * job.channels)) << 4;
  let quad = job.packedRows;
  for (let q = 0; q < count; q += TILE_ROWS) {
    const rows = min(TILE_ROWS, count - q);
    if (rows < TILE_ROWS) memory.fill(quad, 0, quadBytes);
    for (let c = 0; c < job.channels; c += BLOCK_CHANNELS) {
      const channels = min(BLOCK_CHANNELS, job.channels - c);
      for (let r = 0; r < rows; r++) {
        const from = job.w + <usize>(o + q + r) * outputStep;
        pack_weight_row(job, from, c, channels, quad + ((<usize>r) << 2));
      }
    }
    quad += quadBytes;
  }
}

/** Packs one output's weights for channels c … c + count into one row of a packed quad. */
function pack_weight_row(job: ConvJob, from: usize, c: i32, count: i32, quad: usize): void {
  const step = (<usize>job.wChannelStride) << 2;
  for (let t = 0; t < job.tapCount; t++) {
    const tap = changetype<Tap>(job.taps + <usize>t * TAP_BYTES);
    let at = from + <usize>c * step + ((<usize>tap.w) << 2);
    let to = quad + ((<usize>(t * job.channels + c)) << 4);
    for (let n = 0; n < count; n++) {
      store<f32>(to, load<f32>(at));
      at += step;
      to += 16;
    }
  }
}

/** Packs terms k … k + terms of up to 8 positions as [term][8]: one panel of the im2col matrix. */
function pack_positions(job: ConvJob, p: i32, count: i32, k: i32, terms: i32): void {
  const row = p / job.columns;
  const column = p - row * job.columns;
  const neighbours =
    count == TILE_COLUMNS && job.stepX == 1 && column + TILE_COLUMNS <= job.columns;
  if (!neighbours) list_lanes(job, p, count);
  const plane = (<usize>(job.height * job.width)) << 2;
  let to = job.packedColumns;
  let t = k / job.channels;
  let c = k - t * job.channels;
  while (terms > 0) {
    const run = min(job.channels - c, terms);
    const tap = changetype<Tap>(job.taps + <usize>t * TAP_BYTES);
    const from = job.x + <usize>c * plane;
    if (neighbours) {
      pack_neighbours(job, from, row * job.stepY + tap.dy, column + tap.dx, to, run);
    } else pack_lanes(job, from, tap, count, to, run);
    to += (<usize>run) << 5;
    terms -= run;
    c = 0;
    t++;
  }
}

/** Packs the elements that one tap of 8 neighbouring positions reads, from (y, x) on, in `run` channels. */
function pack_neighbours(job: ConvJob, from: usize, y: i32, x: i32, to: usize, run: i32): void {
  const plane = (<usize>(job.height * job.width)) << 2;
  const at = from + ((<usize>(y * job.width + x)) << 2);
  if (y < 0 || y >= job.height || x + TILE_COLUMNS <= 0 || x >= job.width) clear_run(to, run);
  else if (x >= 0 && x + TILE_COLUMNS <= job.width) copy_run(at, plane, to, run);
  else {
    for (let n = 0; n < TILE_COLUMNS; n++) {
      const inside = x + n >= 0 && x + n < job.width;
      gather_lane(at + ((<usize>n) << 2), plane, to + ((<usize>n) << 2), inside, run);
    }
  }
}

/** Packs the elements that one tap of any positions reads, in `run` channels; zeros in the lanes after `count`. */
function pack_lanes(job: ConvJob, from: usize, tap: Tap, count: i32, to: usize, run: i32): void {
  const plane = (<usize>(job.height * job.width)) << 2;
  const lanes = job.scratch + COLUMN_OFFSETS;
  for (let n = 0; n < TILE_COLUMNS; n++) {
    const y = load<i32>(lanes + ((<usize>n) << 3)) + tap.dy;
    const x = load<i32>(lanes + ((<usize>n) << 3), 4) + tap.dx;
    const outside = n >= count || y < 0 || y >= job.height || x < 0 || x >= job.width;
    const at = from + ((<usize>(y * job.width + x)) << 2);
    gather_lane(at, plane, to + ((<usize>n) << 2), !outside, run);
  }
}

/**
 * Writes the coordinates that tap (0, 0) of each position reads: 8 pairs of row and column. They share
 * the part of the scratch that later holds the column offsets of the panel's product.
 */
function list_lanes(job: ConvJob, p: i32, count: i32): void {
  const lanes = job.scratch + COLUMN_OFFSETS;
  for (let n = 0; n < count; n++) {
    const i = (p + n) / job.columns;
    const j = p + n - i * job.columns;
    store<i32>(lanes + ((<usize>n) << 3), i * job.stepY);
    store<i32>(lanes + ((<usize>n) << 3), j * job.stepX, 4);
  }
}

/** Copies 8 neighbouring elements of each of `run` channels. */
function copy_run(from: usize, plane: usize, to: usize, run: i32): void {
  for (; run > 0; run--) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    from += plane;
    to += 32;
  }
}

/** Writes 8 zeros for each of `run` channels. */
function clear_run(to: usize, run: i32): void {
  const zero = f32x4.splat(0);
  for (; run > 0; run--) {
    v128.store(to, zero);
    v128.store(to, zero, 16);
    to += 32;
  }
}

/** Writes one lane of each of `run` channels: the element, or 0 outside the map. */
function gather_lane(from: usize, plane: usize, to: usize, inside: bool, run: i32): void {
  if (inside) {
    for (; run > 0; run--) {
      store<f32>(to, load<f32>(from));
      from += plane;
      to += 32;
    }
  } else {
    for (; run > 0; run--) {
      store<f32>(to, 0);
      to += 32;
    }
  }
}

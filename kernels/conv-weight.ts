import { ConvJob, Tap, TAP_BYTES } from './conv-job';
import { gemm_f32_4x8 } from './gemm';
import { COLUMN_OFFSETS, gemm_f32_edge, TILE_COLUMNS, TILE_ROWS } from './tile';

/** Positions per block: 8 KiB of packed columns, which fit in the L1 cache. */
const DEPTH: i32 = 256;

/**
 * w[o, c, t] += Σ_i Σ_j y[o, i, j] · x[c, i·stepY + dy(t), j·stepX + dx(t)], i then j ascending: the
 * gradient of a convolution's weight for one image. `w` is [outputs][channels][taps].
 *
 * Uses the 4×8 tile of {@link conv_f32}, with weights as columns and positions as terms.
 * `address` points to a {@link ConvJob}.
 */
export function conv_backward_weight_f32(address: usize): void {
  const job = changetype<ConvJob>(address);
  const positions = job.rows * job.columns;
  const weights = job.channels * job.tapCount;
  for (let p = 0; p < positions; p += DEPTH) {
    const terms = min(DEPTH, positions - p);
    for (let o = 0; o < job.outputs; o += TILE_ROWS) pack_outputs(job, o, p, terms);
    for (let j = 0; j < weights; j += TILE_COLUMNS) {
      const count = min(TILE_COLUMNS, weights - j);
      for (let n = 0; n < TILE_COLUMNS; n++) pack_weight_lane(job, j + n, n < count, p, terms, n);
      multiply_weights(job, j, count, terms);
    }
  }
}

/** Multiplies one panel of 8 weights with all outputs. */
function multiply_weights(job: ConvJob, j: i32, count: i32, terms: i32): void {
  const ldc = (<usize>job.wOutputStride) << 2;
  const offsets = job.scratch + COLUMN_OFFSETS;
  for (let n = 0; n < count; n++) store<i32>(offsets + ((<usize>n) << 2), n << 2);
  for (let o = 0; o < job.outputs; o += TILE_ROWS) {
    const a = job.packedRows + ((<usize>(o * DEPTH)) << 2);
    const c = job.w + <usize>o * ldc + ((<usize>j) << 2);
    const rows = min(TILE_ROWS, job.outputs - o);
    if (rows == TILE_ROWS && count == TILE_COLUMNS)
      gemm_f32_4x8(a, job.packedColumns, c, ldc, terms);
    else gemm_f32_edge(a, job.packedColumns, c, ldc, terms, rows, count, job.scratch);
  }
}

/** Packs positions p … p + terms of outputs o … o + 4 as [position][4], zeros after the last output. */
function pack_outputs(job: ConvJob, o: i32, p: i32, terms: i32): void {
  const plane = (<usize>job.yOutputStride) << 2;
  let from = job.y + <usize>o * plane + ((<usize>p) << 2);
  let to = job.packedRows + ((<usize>(o * DEPTH)) << 2);
  let k = 0;
  if (o + TILE_ROWS <= job.outputs) {
    for (; k + 4 <= terms; k += 4) {
      const a = v128.load(from);
      const b = v128.load(from + plane);
      const c = v128.load(from + plane + plane);
      const d = v128.load(from + plane + plane + plane);
      store_transposed(a, b, c, d, to, 16);
      from += 16;
      to += 64;
    }
  }
  for (; k < terms; k++) {
    for (let r = 0; r < TILE_ROWS; r++) {
      store<f32>(to, o + r < job.outputs ? load<f32>(from + <usize>r * plane) : 0);
      to += 4;
    }
    from += 4;
  }
}

/** Stores the columns of the 4×4 matrix with rows a, b, c, d, each `step` bytes after the last. */
function store_transposed(a: v128, b: v128, c: v128, d: v128, to: usize, step: usize): void {
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ab2 = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cd2 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(ab, cd, 0, 2));
  v128.store(to + step, i64x2.shuffle(ab, cd, 1, 3));
  v128.store(to + step + step, i64x2.shuffle(ab2, cd2, 0, 2));
  v128.store(to + step + step + step, i64x2.shuffle(ab2, cd2, 1, 3));
}

/** Packs the elements that weight j reads at positions p … p + terms into lane n of [position][8]. */
function pack_weight_lane(job: ConvJob, j: i32, exists: bool, p: i32, terms: i32, n: i32): void {
  let to = job.packedColumns + ((<usize>n) << 2);
  if (!exists) {
    clear_lane(to, terms);
    return;
  }
  const c = j / job.tapCount;
  const tap = changetype<Tap>(job.taps + <usize>(j - c * job.tapCount) * TAP_BYTES);
  const plane = job.x + ((<usize>(c * job.height * job.width)) << 2);
  let i = p / job.columns;
  let first = p - i * job.columns;
  while (terms > 0) {
    const run = min(job.columns - first, terms);
    const y = i * job.stepY + tap.dy;
    if (y < 0 || y >= job.height) clear_lane(to, run);
    else {
      // Columns whose element is inside the row: 0 ≤ column·stepX + dx < width.
      const left = max(first, (max(0, -tap.dx) + job.stepX - 1) / job.stepX);
      const right = min(first + run, max(0, job.width - tap.dx + job.stepX - 1) / job.stepX);
      const inside = max(0, right - left);
      const before = min(run, max(0, left - first));
      clear_lane(to, before);
      const x = plane + ((<usize>(y * job.width + (first + before) * job.stepX + tap.dx)) << 2);
      copy_lane(x, (<usize>job.stepX) << 2, to + ((<usize>before) << 5), inside);
      clear_lane(to + ((<usize>(before + inside)) << 5), run - before - inside);
    }
    to += (<usize>run) << 5;
    terms -= run;
    first = 0;
    i++;
  }
}

/** Copies `count` elements, `step` bytes apart, into a lane of [position][8]. */
function copy_lane(from: usize, step: usize, to: usize, count: i32): void {
  for (; count > 0; count--) {
    store<f32>(to, load<f32>(from));
    from += step;
    to += 32;
  }
}

/** Writes `count` zeros into a lane of [position][8]. */
function clear_lane(to: usize, count: i32): void {
  for (; count > 0; count--) {
    store<f32>(to, 0);
    to += 32;
  }
}

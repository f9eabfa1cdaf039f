import { multiply_8_columns } from './winograd-gemm';
import { transform_inputs } from './winograd-input';
import { WinogradJob } from './winograd-job';
import { transform_outputs } from './winograd-output';

/** Tiles per task of {@link winograd_transform_f32}; src/plan/algorithms/winograd/blocking.ts uses the same number. */
const TRANSFORMED_TILES: i32 = 4;

/** Channels per partial sum, a multiple of 4. */
const RUN: i32 = 128;

/**
 * Computes a slice of the outputs of one block of tiles, with bias, ReLU and 2×2 pooling. `job` points to
 * a {@link WinogradJob}; tasks may run in any order, on any thread; each thread has its own workspace.
 * The blocks of a slice are consecutive tasks: its weights may still be in a cache.
 */
export function winograd_conv_f32(job: usize, task: i32, thread: i32): void {
  const j = changetype<WinogradJob>(job);
  const workspace = j.workspace + <usize>thread * j.workspaceBytes;
  const first = (task % j.blocks) * j.tilesPerTask;
  const count = min(j.tilesPerTask, j.tileCount - first);
  const v = workspace + j.vOffset;
  transform_inputs(j, workspace, v, first, count);
  multiply_tiles(j, workspace, v, task / j.blocks, first, count);
}

/** First phase, for all outputs: transforms {@link TRANSFORMED_TILES} tiles into the V of all tiles. */
export function winograd_transform_f32(job: usize, task: i32, thread: i32): void {
  const j = changetype<WinogradJob>(job);
  const workspace = j.workspace + <usize>thread * j.workspaceBytes;
  const first = task * TRANSFORMED_TILES;
  const count = min(TRANSFORMED_TILES, j.tileCount - first);
  transform_inputs(j, workspace, shared_tiles(j, first), first, count);
}

/** Second phase, after all tasks of the first: computes a slice of the outputs of one block of tiles. */
export function winograd_multiply_f32(job: usize, task: i32, thread: i32): void {
  const j = changetype<WinogradJob>(job);
  const workspace = j.workspace + <usize>thread * j.workspaceBytes;
  const first = (task % j.blocks) * j.tilesPerTask;
  const count = min(j.tilesPerTask, j.tileCount - first);
  multiply_tiles(j, workspace, shared_tiles(j, first), task / j.blocks, first, count);
}

function shared_tiles(j: WinogradJob, first: i32): usize {
  return j.sharedV + <usize>first * j.vTileBytes;
}

/** Computes output pixels from transformed tiles. */
function multiply_tiles(
  j: WinogradJob,
  workspace: usize,
  v: usize,
  slice: i32,
  first: i32,
  count: i32,
): void {
  const output = slice * j.outputsPerTask;
  const outputs = min(j.outputsPerTask, j.outputs - output);
  multiply_positions(j, workspace + j.mOffset, v, output, outputs, count);
  transform_outputs(j, workspace, output, outputs, first, count);
}

/**
 * M[p][tile][o] = Σ_c V[p][tile][c] · U[p][o][c] for every position p of a transformed tile.
 *
 * The bias is the start value of the sums of one position: the point 1 in both directions. Its column in
 * Aᵀ is all ones, so the bias is added to each output of the tile once.
 */
function multiply_positions(
  j: WinogradJob,
  m: usize,
  v: usize,
  output: i32,
  outputs: i32,
  count: i32,
): void {
  const pixel = (<usize>j.channels) << 2;
  const positions = j.points * j.points;
  const ones = j.points + 1;
  const bias = j.bias + ((<usize>output) << 2);
  let u = j.u + <usize>output * pixel;
  for (let p = 0; p < positions; p++) {
    multiply_position(j, v, u, m, outputs, count, p == ones ? bias : 0);
    v += j.vPositionBytes;
    m += j.mPositionBytes;
    u += <usize>j.outputs * pixel;
  }
}

/**
 * Sums of more than {@link RUN} channels are sums of rounded partial sums: the error then grows with the
 * square root of the run's length, and the part of V that a run reads stays in the L1 cache.
 */
function multiply_position(
  j: WinogradJob,
  v: usize,
  u: usize,
  m: usize,
  outputs: i32,
  count: i32,
  bias: usize,
): void {
  const pixel = (<usize>j.channels) << 2;
  const zeros = changetype<usize>(j) + offsetof<WinogradJob>('zero0');
  for (let c = 0; c < j.channels; c += RUN) {
    const k = min(RUN, j.channels - c);
    const vRun = v + ((<usize>c) << 2);
    let uRun = u + ((<usize>c) << 5);
    for (let at: usize = 0; at < (<usize>outputs) << 2; at += 32, uRun += pixel << 3) {
      const start: usize = c > 0 ? 0 : bias ? bias + at : zeros;
      multiply_8_columns(vRun, j.vTileBytes, uRun, m + at, j.mTileBytes, k, count, start);
    }
  }
}

import { DirectJob, Tile, TILE_BYTES } from './direct-job';
import { gemm_nhwc_4x8 } from './gemm-nhwc';

/** Output channels per block, and pixels per tile. */
const LANES: i32 = 8;
const PIXELS: i32 = 4;

/**
 * Runs one task of a convolution of NHWC maps: a band of output rows, some blocks of output channels.
 *
 * y = bias + Σ x · w over the segments of the window in their order. Tasks write to separate memory and
 * may run in any order. `address` points to a {@link DirectJob}.
 */
export function direct_conv_f32(address: usize, task: i32): void {
  const job = changetype<DirectJob>(address);
  const part = task / job.bands;
  const first = part * job.taskBlocks;
  const end = min(first + job.taskBlocks, job.groups * job.groupBlocks);
  const tile = changetype<Tile>(address + <usize>job.scratch + <usize>task * TILE_BYTES);
  convolve_band(job, task - part * job.bands, first, end, tile);
}

/**
 * Computes blocks `first` … `end` of a band of output rows. The outer loop is over blocks: the weights of
 * a block stay in the caches for all pixels of the band. A band after the last one has no rows.
 */
export function convolve_band(job: DirectJob, band: i32, first: i32, end: i32, tile: Tile): void {
  const row = band * job.bandRows;
  const pixels = min(job.bandRows, job.rows - row) * job.columns;
  for (let block = first; block < end; block++) {
    const group = block / job.groupBlocks;
    const inGroup = block - group * job.groupBlocks;
    tile.x = job.x + <usize>(group * job.xGroupStep + row * job.xRowStep);
    tile.y = job.y + <usize>(group * job.yGroupStep + inGroup * 32 + row * job.yRowStep);
    tile.w = job.w + ((<usize>(job.segmentCount * job.segmentLength * block)) << 5);
    tile.bias = job.bias + ((<usize>block) << 5);
    const isLast = inGroup + 1 == job.groupBlocks;
    const lanes = isLast ? job.lastLanes : LANES;
    const clear = isLast && group + 1 == job.groups ? job.clear : 0;
    if (lanes == LANES && clear == 0) convolve_whole(job, tile, pixels);
    else convolve_part(job, tile, pixels, lanes, clear);
  }
}

/** Computes a block of 8 channels for `pixels` pixels. */
function convolve_whole(job: DirectJob, tile: Tile, pixels: i32): void {
  let column = 0;
  for (; pixels > 0; pixels -= PIXELS) {
    column = place(job, tile, pixels, column);
    gemm_nhwc_4x8(job, tile);
  }
}

/** Computes a block of fewer channels in the scratch and copies the existing channels to the map. */
function convolve_part(job: DirectJob, tile: Tile, pixels: i32, lanes: i32, clear: i32): void {
  const beside = changetype<usize>(tile) + offsetof<Tile>();
  const whole = (<usize>lanes) << 2;
  const end = (<usize>(lanes + clear)) << 2;
  let column = 0;
  for (; pixels > 0; pixels -= PIXELS) {
    column = place(job, tile, pixels, column);
    const y0 = tile.y0;
    const y1 = tile.y1;
    const y2 = tile.y2;
    const y3 = tile.y3;
    tile.y0 = beside;
    tile.y1 = beside + 32;
    tile.y2 = beside + 64;
    tile.y3 = beside + 96;
    gemm_nhwc_4x8(job, tile);
    for (let c: usize = 0; c < end; c += 4) {
      const exists = c < whole;
      store<f32>(y0 + c, exists ? load<f32>(beside + c) : 0);
      store<f32>(y1 + c, exists ? load<f32>(beside + c, 32) : 0);
      store<f32>(y2 + c, exists ? load<f32>(beside + c, 64) : 0);
      store<f32>(y3 + c, exists ? load<f32>(beside + c, 96) : 0);
    }
  }
}

/**
 * Fills the tile with the next 4 of the `left` pixels, row after row; if there are fewer, the last pixel
 * is repeated. Returns the column of the pixel after them.
 */
function place(job: DirectJob, tile: Tile, left: i32, column: i32): i32 {
  const end = changetype<usize>(tile) + 16;
  let x = tile.x;
  let y = tile.y;
  for (let at = changetype<usize>(tile); at < end; at += 4) {
    store<usize>(at, x);
    store<usize>(at, y, 16);
    if (--left <= 0) continue;
    x += job.xColumnStep;
    y += job.yColumnStep;
    if (++column == job.columns) {
      column = 0;
      x += job.xRowStep - job.columns * job.xColumnStep;
      y += job.yRowStep - job.columns * job.yColumnStep;
    }
  }
  tile.x = x;
  tile.y = y;
  return column;
}

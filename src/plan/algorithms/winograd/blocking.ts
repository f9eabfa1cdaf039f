import { FcnError } from '../../../core/errors.js';
import type { Pair } from '../../../core/shape.js';
import { pointsOf, type WinogradForm } from './form.js';

/** A convolution of stride 1, dilated or not, on NHWC maps, with fused ReLU and pooling. */
export interface WinogradLayer {
  readonly form: WinogradForm;
  /** Floats of an input pixel, a multiple of 4; padding channels hold 0. */
  readonly channels: number;
  /** Floats written per output pixel, a multiple of 8. */
  readonly outputs: number;
  /** Rows of the convolution's output, before pooling. */
  readonly rows: number;
  readonly columns: number;
  /**
   * Distance from a tap of the window to the next. In a dilated convolution, outputs whose distance is a
   * multiple of the dilation share a grid of input pixels: each grid is a plain convolution.
   */
  readonly dilation: Pair;
  /** Extent after fused 2×2 max pooling of stride 2, half of the output rounded up or down; null without. */
  readonly pooled: readonly [rows: number, columns: number] | null;
  /** True if max(·, 0) follows. */
  readonly relu: boolean;
}

/** The cut of a layer into tasks. No bit of the result depends on it. */
export interface WinogradBlocking {
  /** Tiles of a task. */
  readonly tilesPerTask: number;
  /** Outputs of a task, a multiple of 8. */
  readonly outputsPerTask: number;
  /**
   * True if all tiles are transformed before any is multiplied, so that tasks with other outputs share them. False
   * if every task transforms its own tiles.
   */
  readonly sharesTiles: boolean;
}

/** Tasks 0 … taskCount − 1 of a layer, which may run in any order, and their workspace. */
export interface WinogradTasks extends WinogradBlocking {
  readonly layer: WinogradLayer;
  /** Tiles side by side in the largest grid; smaller grids have as many, some of them empty. */
  readonly tileColumns: number;
  readonly gridTiles: number;
  /** Tiles of all grids. */
  readonly tileCount: number;
  /** Blocks of tiles; each block is one task per slice of the outputs. */
  readonly blocks: number;
  readonly taskCount: number;
  /** Tasks that transform shared tiles and run before the others. */
  readonly transformCount: number;
  /** Floats of the transformed weights. */
  readonly weightFloats: number;
  /** Bytes of the tiles that tasks share, a multiple of 64; 0 without sharing. */
  readonly sharedBytes: number;
  /** Bytes of workspace of each thread, a multiple of 64. */
  readonly workspaceBytes: number;
  readonly vOffset: number;
  readonly vPositionBytes: number;
  readonly vTileBytes: number;
  readonly mOffset: number;
  readonly mPositionBytes: number;
  readonly mTileBytes: number;
}

/** Bytes before V: twice SCRATCH_BYTES in kernels/winograd-job.ts. */
const TILE_BYTES = 2 * 8 * 8 * 128;

/** Position strides end on an odd cache line: powers of two would put all positions into one set of the L1 cache. */
const CACHE_LINE = 64;

/** Larger tiles are an odd number of cache lines apart: the floats of one run of the kernel's sums. */
const CROWDED = 128;

/** Tiles that the kernel sums at once. */
const TILE_ROWS = 4;

/** Tiles of a task that transforms shared ones, as in kernels/winograd-conv.ts. */
const TRANSFORMED_TILES = 4;

/** Most blocks of tiles for which outputs are cut too. */
const FEW_BLOCKS = 2;

/** Multiple to which larger numbers of blocks are rounded up. */
const EVEN_BLOCKS = 4;

/** Outputs of a task: many if each task transforms its own tiles, else enough to use V well. */
const WIDE_SLICE = 512;
const SLICE = 128;

/**
 * Cuts a layer into tasks and lays out the workspace.
 *
 * @throws {@link FcnError} if sizes are not the multiples above, or a pooled size is not half of the output.
 */
export function winogradTasks(
  layer: WinogradLayer,
  blocking: WinogradBlocking = defaultBlocking(layer),
): WinogradTasks {
  checkLayer(layer);
  const { channels, outputs, form } = layer;
  const { tileColumns, gridTiles, tileCount } = tilesOf(layer);
  const positions = pointsOf(form) ** 2;
  const tilesPerTask = Math.max(1, Math.min(blocking.tilesPerTask, tileCount));
  const outputsPerTask = Math.min(blocking.outputsPerTask, outputs);
  const blocks = Math.ceil(tileCount / tilesPerTask);
  const { sharesTiles } = blocking;
  return {
    ...{ layer, tilesPerTask, outputsPerTask, sharesTiles },
    ...{ tileColumns, gridTiles, tileCount, blocks },
    taskCount: blocks * Math.ceil(outputs / outputsPerTask),
    transformCount: sharesTiles ? Math.ceil(tileCount / TRANSFORMED_TILES) : 0,
    weightFloats: positions * channels * outputs,
    ...layOut(positions, {
      sharedTiles: sharesTiles ? tileCount : 0,
      tiles: tilesPerTask,
      vTileBytes: tileBytes(channels),
      mTileBytes: tileBytes(outputsPerTask),
    }),
  };
}

/** Returns the number of tiles of a layer, in all and per grid. */
export function tilesOf({
  form,
  rows,
  columns,
  dilation,
}: Pick<WinogradLayer, 'form' | 'rows' | 'columns' | 'dilation'>): Pick<
  WinogradTasks,
  'tileColumns' | 'gridTiles' | 'tileCount'
> {
  const [tileRows, tileColumns] = [rows, columns].map((size, axis) =>
    Math.ceil(Math.ceil(size / dilation[axis]) / form.tile),
  );
  const gridTiles = tileRows * tileColumns;
  return { tileColumns, gridTiles, tileCount: gridTiles * dilation[0] * dilation[1] };
}

interface Tiles {
  /** Tiles of the V that all threads share; 0 if each has its own. */
  readonly sharedTiles: number;
  /** Tiles of a task. */
  readonly tiles: number;
  readonly vTileBytes: number;
  readonly mTileBytes: number;
}

/**
 * Places V and M in the workspace. A thread with its own V overwrites the inputs of a position, which it no longer
 * needs, with the products of the next position: M starts one position lower.
 */
function layOut(
  positions: number,
  { sharedTiles, tiles, vTileBytes, mTileBytes }: Tiles,
): Pick<
  WinogradTasks,
  | 'sharedBytes'
  | 'workspaceBytes'
  | 'vOffset'
  | 'vPositionBytes'
  | 'vTileBytes'
  | 'mOffset'
  | 'mPositionBytes'
  | 'mTileBytes'
> {
  const products = { mTileBytes, mOffset: TILE_BYTES };
  if (sharedTiles > 0) {
    const vPositionBytes = oddLines(sharedTiles * vTileBytes);
    const mPositionBytes = oddLines(tiles * mTileBytes);
    return {
      ...{ ...products, vTileBytes, vPositionBytes, mPositionBytes, vOffset: 0 },
      sharedBytes: positions * vPositionBytes,
      workspaceBytes: TILE_BYTES + positions * mPositionBytes,
    };
  }
  const positionBytes = oddLines(tiles * Math.max(vTileBytes, mTileBytes));
  return {
    ...{ ...products, vTileBytes, vPositionBytes: positionBytes, mPositionBytes: positionBytes },
    vOffset: TILE_BYTES + positionBytes,
    sharedBytes: 0,
    workspaceBytes: TILE_BYTES + (positions + 1) * positionBytes,
  };
}

/** Returns the bytes from one tile to the next, which spread the tiles over the sets of the cache. */
function tileBytes(floats: number): number {
  return floats > CROWDED ? oddLines(4 * floats) : 4 * floats;
}

/**
 * Chooses the blocking by measurements on layers of VGG16: see bench/plan/winograd.bench.ts. Blocks have the same
 * size, and two or four threads can share them evenly. If there are so few blocks that outputs must be cut too,
 * tasks share the transformed tiles.
 */
function defaultBlocking(layer: WinogradLayer): WinogradBlocking {
  const { channels, outputs } = layer;
  const { tileCount } = tilesOf(layer);
  const most = channels <= 128 ? 32 : 64;
  const blocks = Math.ceil(tileCount / most);
  const sharesTiles = blocks <= FEW_BLOCKS;
  const evenBlocks = sharesTiles ? blocks : EVEN_BLOCKS * Math.ceil(blocks / EVEN_BLOCKS);
  return {
    tilesPerTask: TILE_ROWS * Math.ceil(tileCount / evenBlocks / TILE_ROWS),
    outputsPerTask: Math.min(outputs, sharesTiles ? SLICE : WIDE_SLICE),
    sharesTiles,
  };
}

function checkLayer(layer: WinogradLayer): void {
  const { channels, outputs, rows, columns, pooled, dilation } = layer;
  const multiples = channels % 4 === 0 && outputs % 8 === 0;
  if (!multiples || Math.min(channels, outputs, rows, columns) < 1) {
    const sizes = [channels, outputs, rows, columns].map(String).join(', ');
    throw new FcnError(`Winograd: unsupported channels, outputs, rows, columns (got ${sizes})`);
  }
  if (pooled && Math.max(...dilation) > 1) {
    throw new FcnError('Winograd: unsupported pooling of a dilated convolution');
  }
  const halves = (whole: number, half: number): boolean =>
    half > 0 && Math.abs(whole / 2 - half) < 1;
  if (pooled && !(halves(rows, pooled[0]) && halves(columns, pooled[1]))) {
    const got = pooled.map(String).join(' × ');
    const whole = `${String(rows)} × ${String(columns)}`;
    throw new FcnError(`Winograd: invalid pooled size (got ${got}, expected half of ${whole})`);
  }
}

/** Rounds up to an odd number of cache lines, in bytes. */
function oddLines(bytes: number): number {
  return (2 * Math.ceil((bytes / CACHE_LINE - 1) / 2) + 1) * CACHE_LINE;
}

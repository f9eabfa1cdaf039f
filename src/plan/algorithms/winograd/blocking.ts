import { FcnError } from '../../../core/errors.js';
import type { Pair } from '../../../core/shape.js';
import { pointsOf, type WinogradForm } from './form.js';

/** A convolution of stride 1, dilated or not, on NHWC maps, with what follows it. */
export interface WinogradLayer {
  readonly form: WinogradForm;
  /** Floats of an input pixel, a multiple of 4; those that are no channel hold 0. */
  readonly channels: number;
  /** Floats written per output pixel, a multiple of 8. */
  readonly outputs: number;
  /** Rows of the convolution's output, before pooling. */
  readonly rows: number;
  readonly columns: number;
  /**
   * From a tap of the window to the next. Of a dilated convolution, the outputs whose distance is a
   * multiple of the dilation see a grid of pixels that no others see: a plain convolution for each grid.
   */
  readonly dilation: Pair;
  /** Extent behind 2×2 max pooling of stride 2, if that is fused: half of the output, up or down. */
  readonly pooled: readonly [rows: number, columns: number] | null;
  /** Whether negative outputs become 0. */
  readonly relu: boolean;
}

/** How the work on a layer is cut up. No bit of the result depends on it. */
export interface WinogradBlocking {
  /** Tiles of a task. */
  readonly tilesPerTask: number;
  /** Outputs of a task, a multiple of 8. */
  readonly outputsPerTask: number;
  /**
   * True if all tiles are transformed before any is multiplied, so that tasks with other outputs share them. False
   * if every task transforms its own.
   */
  readonly sharesTiles: boolean;
}

/** What a layer needs: tasks 0 … taskCount − 1, in any order. */
export interface WinogradTasks extends WinogradBlocking {
  readonly layer: WinogradLayer;
  /** Tiles beside each other, in the largest grid; the others get as many, some of them empty. */
  readonly tileColumns: number;
  readonly gridTiles: number;
  /** Of all grids. */
  readonly tileCount: number;
  /** Blocks of tiles, of which each is a task for every slice of the outputs. */
  readonly blocks: number;
  readonly taskCount: number;
  /** Tasks that transform shared tiles, before the others. */
  readonly transformCount: number;
  /** Floats of the transformed weights. */
  readonly weightFloats: number;
  /** Bytes of the tiles that tasks share, a multiple of 64; 0 if they share none. */
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

/** Bytes in front of V: twice SCRATCH_BYTES in kernels/winograd-job.ts. */
const TILE_BYTES = 2 * 8 * 8 * 128;

/** Position strides end on an odd cache line: powers of two would put all positions into one set of the L1 cache. */
const CACHE_LINE = 64;

/** Floats from which on tiles are kept apart by an odd number of lines: those of one run of the kernel's sums. */
const CROWDED = 128;

/** The kernel's sums go by so many tiles. */
const TILE_ROWS = 4;

/** Tiles of a task that transforms shared ones, as in kernels/winograd-conv.ts. */
const TRANSFORMED_TILES = 4;

/** Blocks of tiles up to which outputs are cut, too. */
const FEW_BLOCKS = 2;

/** More blocks are a multiple of this. */
const EVEN_BLOCKS = 4;

/** Outputs of a task: many, where each transforms its tiles anew, else enough to make good use of V. */
const WIDE_SLICE = 512;
const SLICE = 128;

/**
 * Cuts a layer into tasks and lays out the workspace.
 *
 * @throws {@link FcnError} if sizes are not such multiples, or a pooled size is not about half.
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

/** How many tiles a layer is cut into, and how they lie. */
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
 * Where V and M lie. In a V of its own, a thread overwrites the inputs of a position, which it does not need any
 * more, by the products of the next: M lies one position lower.
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

/** From one tile to the next: a part of the channels of all tiles must not crowd into a few sets either. */
function tileBytes(floats: number): number {
  return floats > CROWDED ? oddLines(4 * floats) : 4 * floats;
}

/**
 * Tiles by measurement on layers of VGG16: see bench/plan/winograd.bench.ts. Blocks are of the same size and, where
 * there are not many, a number that two or four threads can share. Where there are so few of them that outputs
 * have to be cut for that, tasks share what they transform.
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
    throw new FcnError(`Winograd: channels, outputs, rows, columns cannot be ${sizes}`);
  }
  if (pooled && Math.max(...dilation) > 1) {
    throw new FcnError('Winograd: a dilated convolution is not pooled');
  }
  const halves = (whole: number, half: number): boolean =>
    half > 0 && Math.abs(whole / 2 - half) < 1;
  if (pooled && !(halves(rows, pooled[0]) && halves(columns, pooled[1]))) {
    throw new FcnError(
      `Winograd: ${pooled.map(String).join(' × ')} is not half of ${String(rows)} × ${String(columns)}`,
    );
  }
}

/** The next odd number of cache lines, in bytes. */
function oddLines(bytes: number): number {
  return (2 * Math.ceil((bytes / CACHE_LINE - 1) / 2) + 1) * CACHE_LINE;
}

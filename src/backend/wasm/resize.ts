import type { Shape } from '../../core/shape.js';
import type { ResizeMode } from '../attributes.js';
import type { Backend } from '../backend.js';
import { bilinearTaps } from '../bilinear-taps.js';
import type { Arena } from './arena.js';
import type { Kernels } from './load.js';

type ResizeKernels = Pick<Backend, 'resizeBilinear' | 'resizeBilinearBackward'>;

/** Fields of `Tap` in kernels/resize-bilinear.ts. */
const TAP_WORDS = 4;

/**
 * Rows per kernel call. An engine optimises a kernel while it runs, but only the next call uses the
 * optimised code: a single call for a whole map would be slow the first time.
 */
const BAND_ROWS = 16;

function inBands(height: number, run: (row: number, count: number) => void): void {
  for (let row = 0; row < height; row += BAND_ROWS) run(row, Math.min(BAND_ROWS, height - row));
}

/** Binds bilinear resizing: along the rows into a workspace, then along its columns; and the adjoint. */
export function resizeKernels(kernels: Kernels, arena: Arena): ResizeKernels {
  return {
    resizeBilinear(x, xShape, mode, y, yShape) {
      const [, , H, W] = xShape;
      const [, , outH, outW] = yShape;
      withWorkspace(arena, xShape, yShape, mode, (plane, { rows, down, along }) => {
        const from = x.byteOffset + plane * H * W * 4;
        const to = y.byteOffset + plane * outH * outW * 4;
        inBands(H, (row, count) => {
          const into = rows + row * outW * 4;
          kernels.resize_columns_f32(from + row * W * 4, into, count, W, along, outW);
        });
        inBands(outH, (row, count) => {
          const taps = down + row * TAP_WORDS * 4;
          kernels.resize_rows_f32(rows, to + row * outW * 4, taps, count, outW);
        });
      });
    },
    resizeBilinearBackward(gradY, yShape, mode, gradX, xShape) {
      const [, , H, W] = xShape;
      const [, , outH, outW] = yShape;
      withWorkspace(arena, xShape, yShape, mode, (plane, { rows, clear, down, along }) => {
        const from = gradY.byteOffset + plane * outH * outW * 4;
        const to = gradX.byteOffset + plane * H * W * 4;
        clear();
        kernels.resize_rows_backward_f32(from, rows, down, outH, outW);
        kernels.resize_columns_backward_f32(rows, to, H, W, along, outW);
      });
    },
  };
}

/** Addresses of the intermediate map (input rows × output columns) and of the taps of both axes. */
interface Workspace {
  readonly rows: number;
  readonly down: number;
  readonly along: number;
  /** Sets the rows to zero. */
  readonly clear: () => void;
}

function withWorkspace(
  arena: Arena,
  [N, C, H, W]: Shape,
  [, , outH, outW]: Shape,
  mode: ResizeMode,
  visit: (plane: number, workspace: Workspace) => void,
): void {
  const rows = arena.alloc(H * outW);
  const down = writeTaps(arena, H, outH, mode, outW * 4);
  const along = writeTaps(arena, W, outW, mode, 4);
  const workspace = {
    rows: rows.byteOffset,
    down: down.byteOffset,
    along: along.byteOffset,
    clear: () => rows.fill(0),
  };
  for (let plane = 0; plane < N * C; plane++) visit(plane, workspace);
  for (const buffer of [rows, down, along]) arena.free(buffer);
}

/** Writes the taps of an axis in the layout of the kernels; `stride` = bytes from one position to the next. */
function writeTaps(
  arena: Arena,
  n: number,
  size: number,
  mode: ResizeMode,
  stride: number,
): Float32Array {
  const { first, second, way } = bilinearTaps(n, size, mode);
  const words = arena.alloc(size * TAP_WORDS);
  const offsets = new Int32Array(words.buffer, words.byteOffset, words.length);
  for (let i = 0; i < size; i++) {
    offsets.set([first[i] * stride, second[i] * stride], i * TAP_WORDS);
    words.set([1 - way[i], way[i]], i * TAP_WORDS + 2);
  }
  return words;
}

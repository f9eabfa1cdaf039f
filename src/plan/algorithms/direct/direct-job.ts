/** Jobs of the direct convolution, as defined in kernels/direct-job.ts. */
import type { ConvAttrs } from '../../../backend/attributes.js';
import type { Shape } from '../../../core/shape.js';
import type { MapGeometry, PlacedMap } from '../../memory/map-buffer.js';
import {
  groupBlocks,
  LANES,
  slidingLayout,
  type Segment,
  type WeightLayout,
} from './direct-weights.js';
import type { Job } from '../job.js';

/** A convolution with the addresses of its maps and packed weights. */
export interface DirectConv {
  /** Input, with a border of at least the padding. */
  readonly x: PlacedMap;
  /** Output; its padding channels are set to 0, its border is unchanged. */
  readonly y: PlacedMap;
  /** Geometry of the convolution. */
  readonly attrs: ConvAttrs;
  /** Result of {@link convLayout} for the input's geometry. */
  readonly layout: WeightLayout;
  /** Byte addresses of the output of directPacking and biasPacking, multiples of 16. */
  readonly weightAddress: number;
  readonly biasAddress: number;
  /** True if max(0, ·) follows. */
  readonly relu: boolean;
}

/** Returns the layout of the packed weight `[O, C / groups, kH, kW]` for an input of this geometry. */
export function convLayout(x: MapGeometry, wShape: Shape, attrs: ConvAttrs): WeightLayout {
  const [, , kH, kW] = wShape;
  const { dilation, padding, groups } = attrs;
  const offsetOf = (ky: number, kx: number): number =>
    4 * ((ky * dilation[0] - padding[0]) * x.rowPitch + (kx * dilation[1] - padding[1]) * x.pitch);
  const layout = slidingLayout(wShape, groups);
  const segments: Segment[] = [];
  // Without dilation and groups, a row of the window is one run of floats, padding channels included.
  const rowsAreRuns = kW > 1 && dilation[1] === 1 && groups === 1;
  for (let ky = 0; ky < kH; ky++) {
    const row = Array.from({ length: kW }, (_, kx) => ky * kW + kx);
    if (rowsAreRuns) segments.push({ taps: row, offset: offsetOf(ky, 0) });
    else row.forEach((tap, kx) => segments.push({ taps: [tap], offset: offsetOf(ky, kx) }));
  }
  return { ...layout, segments, tapLength: rowsAreRuns ? x.pitch : layout.channels };
}

/** Returns the job of kernels/direct-conv.ts for one image. */
export function directConvJob(conv: DirectConv): Job {
  const { x, y, attrs, layout, relu } = conv;
  const split = splitConv(conv);
  const tasks = split.bands * Math.ceil((layout.groups * groupBlocks(layout)) / split.taskBlocks);
  const words = directWords(
    {
      ...{ layout, split, relu, x: x.address, y: y.address },
      weightAddress: conv.weightAddress,
      biasAddress: conv.biasAddress,
      rows: y.height,
      columns: y.width,
      xSteps: [4 * attrs.stride[0] * x.rowPitch, 4 * attrs.stride[1] * x.pitch],
      ySteps: [4 * y.rowPitch, 4 * y.pitch],
      clear: y.pitch - y.channels,
    },
    tasks,
  );
  return { kernel: 'direct_conv_f32', words, tasks };
}

/** The cut of the work into tasks. */
export interface Split {
  /** Output rows of a band. */
  readonly bandRows: number;
  readonly bands: number;
  /** Blocks of output channels of a task. */
  readonly taskBlocks: number;
}

/** Least pixels of a band, which share the fetched weights. */
const BAND_PIXELS = 256;

/** Wanted number of tasks, so that several threads end together. */
const TASKS = 16;

/**
 * Cuts the output into bands of a few rows; if there are few bands, also along the output channels.
 */
function splitConv({ y, layout }: DirectConv): Split {
  const bandRows = Math.max(1, Math.min(y.height, Math.ceil(BAND_PIXELS / Math.max(1, y.width))));
  const bands = Math.ceil(y.height / bandRows);
  const blocks = layout.groups * groupBlocks(layout);
  const parts = Math.min(blocks, Math.ceil(TASKS / Math.max(1, bands)));
  return { bandRows, bands, taskBlocks: Math.ceil(blocks / parts) };
}

/** The fields of a `DirectJob`. */
export interface DirectFields {
  readonly layout: WeightLayout;
  readonly split: Split;
  readonly relu: boolean;
  /** Byte addresses of the input and output pixel of output position (0, 0). */
  readonly x: number;
  readonly y: number;
  readonly weightAddress: number;
  readonly biasAddress: number;
  readonly rows: number;
  readonly columns: number;
  /** Bytes from one output pixel to the one below and to the one on the right. */
  readonly xSteps: readonly [number, number];
  readonly ySteps: readonly [number, number];
  /** Padding channels of the output. */
  readonly clear: number;
}

/** Words of a `DirectJob` without its segments. */
const JOB_WORDS = 23;
/** Words of scratch for a task, as TILE_BYTES in kernels/direct-job.ts. */
export const TILE_WORDS = 48;

/** Returns the job block, with scratch for `tasks` tasks. */
export function directWords(fields: DirectFields, tasks: number): Int32Array {
  const { layout, split } = fields;
  const { segments, groups, channels, outputs, tapLength } = layout;
  const blocks = groupBlocks(layout);
  const scratchAt = Math.ceil((JOB_WORDS + segments.length) / 4) * 4;
  const words = new Int32Array(scratchAt + tasks * TILE_WORDS);
  words.set([
    ...[fields.x, fields.weightAddress, fields.biasAddress, fields.y, 4 * scratchAt],
    ...[segments.length, segments.length === 0 ? 0 : segments[0].taps.length * tapLength],
    ...[fields.rows, fields.columns, ...fields.xSteps, ...fields.ySteps],
    ...[groups, 4 * channels, 4 * outputs, blocks, outputs - LANES * (blocks - 1), fields.clear],
    ...[fields.relu ? 1 : 0, split.bandRows, split.bands, split.taskBlocks],
  ]);
  words.set(
    segments.map((segment) => segment.offset),
    JOB_WORDS,
  );
  return words;
}

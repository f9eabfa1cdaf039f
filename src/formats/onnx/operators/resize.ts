import type { ResizeMode } from '../../../backend/attributes.js';
import { showShape } from '../../../core/shape.js';
import { takeElements } from '../../../ops/take-elements.js';
import { resample } from '../../../ops/resample.js';
import { resizeBilinear } from '../../../ops/resize-bilinear.js';
import type { NodeContext } from '../node-context.js';
import type { Operators } from '../operator.js';
import { selectionTables, wholeAxis } from '../places.js';
import { coordinatesOf, type ResizedAxis } from '../resized-axis.js';
import { cubicTaps, linearTaps, nearestIndices, type CubicOptions } from '../resize-taps.js';
import type { Value } from '../value.js';
import { LONGEST_AXIS } from '../windows.js';

/** Settings of a Resize or an Upsample. */
interface ResizeSettings {
  readonly mode: string;
  /** ONNX's coordinate_transformation_mode, from output to input positions. */
  readonly transformation: string;
  /** ONNX's nearest_mode, from a position to an index. */
  readonly rounding: string;
  readonly cubic: CubicOptions;
  /** ONNX's extrapolation_value, used outside of the input. */
  readonly outside: number;
  readonly axes: readonly ResizedAxis[];
}

/** Relative tolerance for a float32 scale that is a quotient of two sizes. */
const SAME_SCALE = 1e-7;

function buildResize(node: NodeContext): Value {
  const x = node.input(0);
  const settings = readResize(node, x.shape);
  const fast = fastMode(settings, x.shape);
  if (fast !== null) {
    const [, , rows, columns] = settings.axes.map(({ to }) => to);
    return node.step([x], ([maps]) => resizeBilinear(maps, [rows, columns], fast));
  }
  if (settings.mode === 'nearest') return resizeNearest(node, x, settings);
  const resized = settings.axes.reduce((value, axis, i) => resizeAxis(node, value, settings, i), x);
  return fillOutside(node, resized, settings);
}

/** Adds an Upsample, or a Resize of opset 10: positions are divided by the scale (mode asymmetric). */
function buildUpsample(node: NodeContext): Value {
  const x = node.input(0);
  const { attributes } = node;
  const isOld = node.opset < 9;
  const scales =
    (isOld ? attributes.floats('scales') : node.numbers(1)) ?? node.fail('scales are missing');
  const axes = axesOf(node, x.shape, { scales, sizes: null, transformation: 'asymmetric' });
  const settings: ResizeSettings = {
    mode: attributes.text('mode', 'nearest'),
    transformation: 'asymmetric',
    rounding: 'simple',
    cubic: { coefficient: -0.75, excludesOutside: false },
    outside: 0,
    axes,
  };
  if (settings.mode === 'nearest') return resizeNearest(node, x, settings);
  return settings.axes.reduce((value, _, i) => resizeAxis(node, value, settings, i), x);
}

function readResize(node: NodeContext, shape: readonly number[]): ResizeSettings {
  const { attributes } = node;
  const transformation = attributes.text('coordinate_transformation_mode', 'half_pixel');
  const scales = node.numbers(2);
  const sizes = node.numbers(3);
  const usesRegion = transformation === 'tf_crop_and_resize';
  const region = usesRegion ? (node.numbers(1) ?? node.fail('input 1 (roi) is missing')) : null;
  if (attributes.int('antialias', 0) !== 0) node.fail('attribute antialias is unsupported');
  const policy = attributes.text('keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch') {
    node.fail(`unsupported keep_aspect_ratio_policy (got ${policy}, expected stretch)`);
  }
  return {
    mode: attributes.text('mode', 'nearest'),
    transformation,
    rounding: attributes.text('nearest_mode', 'round_prefer_floor'),
    cubic: {
      coefficient: attributes.float('cubic_coeff_a', -0.75),
      excludesOutside: attributes.int('exclude_outside', 0) === 1,
    },
    outside: attributes.float('extrapolation_value', 0),
    axes: axesOf(node, shape, {
      scales: scales?.length === 0 ? null : scales,
      sizes: sizes?.length === 0 ? null : sizes,
      transformation,
      region,
    }),
  };
}

/** Resizing of every axis; axes that the node does not name keep their extent. */
function axesOf(
  node: NodeContext,
  shape: readonly number[],
  given: {
    readonly scales: readonly number[] | null;
    readonly sizes: readonly number[] | null;
    readonly transformation: string;
    readonly region?: readonly number[] | null;
  },
): ResizedAxis[] {
  const { scales, sizes, transformation, region = null } = given;
  const chosen = (node.attributes.ints('axes') ?? wholeAxis(shape.length)).map((axis) =>
    node.axis(axis, shape.length),
  );
  const numbers = sizes ?? scales ?? node.fail('scales and sizes are missing (expected one)');
  if (numbers.length !== chosen.length || (region && region.length !== 2 * chosen.length)) {
    const got = `${String(numbers.length)}, roi ${String(region?.length ?? 0)}`;
    node.fail(`wrong number of scales or sizes (got ${got}, input is ${showShape(shape)})`);
  }
  const axes = shape.map((from, axis) => {
    const i = chosen.indexOf(axis);
    if (i < 0) return { from, to: from, scale: 1, length: from, start: 0, end: 1, transformation };
    const scale = scales?.[i] ?? numbers[i] / from;
    const to = sizes?.[i] ?? Math.floor(Math.fround(from * scale));
    if (!(scale > 0 && Number.isInteger(to) && to >= 1 && to <= LONGEST_AXIS)) {
      const range = `1 to ${String(LONGEST_AXIS)}`;
      node.fail(
        `cannot resize an axis of ${String(from)} (got size ${String(to)}, expected ${range})`,
      );
    }
    const isExact = Math.abs(to - from * scale) <= SAME_SCALE * to;
    const length = isExact ? to : from * scale;
    const [start, end] = region ? [region[i], region[i + chosen.length]] : [0, 1];
    return { from, to, scale, length, start, end, transformation };
  });
  node.checkShape(axes.map(({ to }) => to));
  return axes;
}

/** Mode of the op with a SIMD kernel, if that op computes the same; else null. */
function fastMode(
  { mode, transformation, axes }: ResizeSettings,
  shape: readonly number[],
): ResizeMode | null {
  if (mode !== 'linear' || shape.length !== 4) return null;
  const [images, channels, ...spatial] = axes;
  if ([images, channels].some(({ from, to }) => from !== to)) return null;
  if (spatial.some(({ to, length }) => to !== length)) return null;
  if (transformation === 'align_corners') return 'align-corners';
  const isHalf =
    transformation === 'half_pixel' ||
    (transformation === 'pytorch_half_pixel' && spatial.every(({ to }) => to > 1));
  return isHalf ? 'half-pixel' : null;
}

function resizeNearest(node: NodeContext, x: Value, settings: ResizeSettings): Value {
  const indices = settings.axes.map((axis) =>
    isUntouched(axis)
      ? wholeAxis(axis.from)
      : nearestIndices(node, axis, coordinatesOf(node, axis), settings.rounding),
  );
  const tables = selectionTables(x.shape, indices);
  const resized = node.step([x], ([tensor]) => takeElements(tensor, { tables }));
  return fillOutside(node, resized, settings);
}

function resizeAxis(node: NodeContext, x: Value, settings: ResizeSettings, i: number): Value {
  const axis = settings.axes[i];
  if (isUntouched(axis)) return x;
  const positions = coordinatesOf(node, axis);
  const { mode, cubic } = settings;
  if (mode !== 'linear' && mode !== 'cubic') {
    return node.fail(`unsupported mode (got ${mode}, expected nearest, linear or cubic)`);
  }
  const taps =
    mode === 'linear' ? linearTaps(positions, axis.from) : cubicTaps(positions, axis.from, cubic);
  return node.step([x], ([tensor]) => resample(tensor, { axis: i, taps }));
}

/** True if the axis is not resized. */
function isUntouched({ from, to, scale, transformation }: ResizedAxis): boolean {
  return from === to && scale === 1 && transformation !== 'tf_crop_and_resize';
}

/** Writes the extrapolation value to positions outside of the input. */
function fillOutside(node: NodeContext, y: Value, { axes, outside }: ResizeSettings): Value {
  const lies = axes.map((axis) =>
    axis.transformation === 'tf_crop_and_resize'
      ? coordinatesOf(node, axis).map((position) => position < 0 || position > axis.from - 1)
      : [],
  );
  if (!lies.flat().includes(true)) return y;
  const indices = y.shape.map((extent, axis) =>
    wholeAxis(extent).map((i) => (lies[axis][i] ? -1 : i)),
  );
  const tables = selectionTables(y.shape, indices);
  return node.step([y], ([tensor]) => takeElements(tensor, { tables, fill: outside }));
}

/** Operators that resize. */
export const RESIZE: Operators = {
  Resize: {
    build: (node) => [node.opset < 11 ? buildUpsample(node) : buildResize(node)],
    settings: [1, 2, 3],
  },
  Upsample: { build: (node) => [buildUpsample(node)], settings: [1] },
};

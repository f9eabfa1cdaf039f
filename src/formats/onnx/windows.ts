import type { NodeContext } from './node-context.js';

/** Geometry of sliding windows, one number for every axis after N and C. */
export interface Windows {
  /** Number of taps of the window. */
  readonly kernelSize: readonly number[];
  /** Step between neighbouring windows. */
  readonly stride: readonly number[];
  /** Step between neighbouring taps. */
  readonly dilation: readonly number[];
  /** Padding before the first index. */
  readonly before: readonly number[];
  /** Padding after the last index. */
  readonly after: readonly number[];
}

/** Limit on settings and axes, for damaged or hostile files; no axis of an image is longer. */
export const LONGEST_AXIS: number = 2 ** 16;

/**
 * Reads kernel_shape, strides, dilations, pads and auto_pad of convolutions and poolings.
 *
 * @param sizes - Extents of the input after N and C.
 * @param weightSize - Extents of the filters; null for a pooling, which needs a kernel_shape.
 */
export function readWindows(
  node: NodeContext,
  sizes: readonly number[],
  weightSize: readonly number[] | null,
): Windows {
  const { attributes } = node;
  const kernelSize =
    attributes.ints('kernel_shape') ?? weightSize ?? node.fail('attribute kernel_shape is missing');
  if (weightSize && weightSize.join() !== kernelSize.join()) {
    node.fail(
      `kernel_shape does not fit the filters (got ${kernelSize.join('×')}, expected ${weightSize.join('×')})`,
    );
  }
  const stride = attributes.ints('strides') ?? sizes.map(() => 1);
  const dilation = attributes.ints('dilations') ?? sizes.map(() => 1);
  checkIntegers(node, 'kernel_shape', kernelSize, { count: sizes.length, least: 1 });
  checkIntegers(node, 'strides', stride, { count: sizes.length, least: 1 });
  checkIntegers(node, 'dilations', dilation, { count: sizes.length, least: 1 });
  const pads = attributes.ints('pads') ?? sizes.flatMap(() => [0, 0]);
  checkIntegers(node, 'pads', pads, { count: 2 * sizes.length, least: 0 });
  const automatic = attributes.text('auto_pad', 'NOTSET');
  if (automatic === 'NOTSET') {
    const [before, after] = [pads.slice(0, sizes.length), pads.slice(sizes.length)];
    return { kernelSize, stride, dilation, before, after };
  }
  const windows = { kernelSize, stride, dilation };
  if (automatic === 'VALID') {
    return { ...windows, before: sizes.map(() => 0), after: sizes.map(() => 0) };
  }
  const totals = sizes.map((n, axis) => {
    const window = dilation[axis] * (kernelSize[axis] - 1) + 1;
    return Math.max(0, (Math.ceil(n / stride[axis]) - 1) * stride[axis] + window - n);
  });
  return { ...windows, ...shareBorder(node, automatic, totals) };
}

/** Divides total paddings between both sides; the odd one goes to the end for SAME_UPPER. */
function shareBorder(
  node: NodeContext,
  automatic: string,
  totals: readonly number[],
): Pick<Windows, 'before' | 'after'> {
  if (automatic !== 'SAME_UPPER' && automatic !== 'SAME_LOWER') {
    node.fail(`unsupported auto_pad ${automatic}`);
  }
  const less = totals.map((total) => Math.floor(total / 2));
  const more = totals.map((total, axis) => total - less[axis]);
  return automatic === 'SAME_UPPER' ? { before: less, after: more } : { before: more, after: less };
}

/** @throws {@link FcnError} unless there are `count` integers from `least` to {@link LONGEST_AXIS}. */
export function checkIntegers(
  node: NodeContext,
  what: string,
  values: readonly number[],
  { count, least }: { readonly count: number; readonly least: number },
): void {
  const fits = values.every(
    (value) => Number.isInteger(value) && value >= least && value <= LONGEST_AXIS,
  );
  if (!fits || values.length !== count) {
    const range = `${String(least)} to ${String(LONGEST_AXIS)}`;
    node.fail(
      `invalid ${what} (got ${values.join(', ')}, expected ${String(count)} integers from ${range})`,
    );
  }
}

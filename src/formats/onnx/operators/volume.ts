import { add } from '../../../ops/add.js';
import { elementwise } from '../../../ops/elementwise.js';
import { takeElements } from '../../../ops/take-elements.js';
import type { NodeContext } from '../node-context.js';
import { selectionTables, wholeAxis } from '../places.js';
import type { Value } from '../value.js';
import type { Windows } from '../windows.js';
import { selectIndices, reshape } from './reshaping.js';

/** Function that convolves maps with filters, `[O, I, kH, kW]` or `[I, O, kH, kW]`. */
export type MapConvolution = (x: Value, filters: Value) => Value;

/** Geometry of rows and columns, without depth, for a convolution of maps. */
export function withoutDepth(windows: Windows): Windows {
  const { kernelSize, stride, dilation, before, after } = windows;
  const [k, s, d, b, e] = [kernelSize, stride, dilation, before, after].map((v) => v.slice(1));
  return { kernelSize: k, stride: s, dilation: d, before: b, after: e };
}

/** Slice at one depth of filters `[…, …, kD, kH, kW]`. */
function slice(node: NodeContext, weight: Value, depth: number): Value {
  const picked = selectIndices(node, weight, new Map([[2, [depth]]]));
  return reshape(node, picked, weight.shape.toSpliced(2, 1));
}

/**
 * Convolves volumes `[N, C, D, H, W]`: a convolution of maps for each tap in depth, with all slices of the volume as
 * images of a batch, summed in the order of the taps.
 */
export function convolveVolume(
  node: NodeContext,
  { x, weight }: { readonly x: Value; readonly weight: Value },
  windows: Windows,
  convolve: MapConvolution,
): Value {
  const [N, , D] = x.shape;
  const [kernel, stride, dilation, before, after] = depthOf(windows);
  const count = Math.floor((D + before + after - dilation * (kernel - 1) - 1) / stride) + 1;
  if (count < 1) {
    node.fail(`window does not fit (got depth ${String(kernel)}, the input has ${String(D)})`);
  }
  node.checkShape([N, x.shape[1], count, ...x.shape.slice(3)]);
  const sources = (k: number): number[] =>
    wholeAxis(count).map((i) => {
      const source = i * stride - before + k * dilation;
      return source < D ? Math.max(source, -1) : -1;
    });
  const parts = wholeAxis(kernel).map((k) => {
    const images = slicesAsImages(node, x, sources(k));
    return convolve(images, slice(node, weight, k));
  });
  return imagesAsSlices(node, sumOf(node, parts), N);
}

/** Convolves volumes with a transposed convolution, which writes slices `stride` apart. */
export function stampVolume(
  node: NodeContext,
  { x, weight }: { readonly x: Value; readonly weight: Value },
  windows: Windows,
  stamp: MapConvolution,
): Value {
  const [N, , D] = x.shape;
  const [kernel, stride, dilation, before, after] = depthOf(windows);
  const count = stride * (D - 1) + dilation * (kernel - 1) + 1 - before - after;
  if (count < 1) {
    node.fail(`pads leave no output (got output depth ${String(count)}, expected at least 1)`);
  }
  node.checkShape([N, x.shape[1], count, ...x.shape.slice(3)]);
  const images = slicesAsImages(node, x, wholeAxis(D));
  const parts = wholeAxis(kernel).map((k) => {
    const stamped = imagesAsSlices(node, stamp(images, slice(node, weight, k)), N);
    const sources = wholeAxis(count).map((i) => {
      const source = (i + before - k * dilation) / stride;
      return Number.isInteger(source) && source < D ? Math.max(source, -1) : -1;
    });
    const whole = stamped.shape.map((extent) => wholeAxis(extent));
    const tables = selectionTables(stamped.shape, whole.with(2, sources));
    return node.step([stamped], ([volume]) => takeElements(volume, { tables }));
  });
  return sumOf(node, parts);
}

/** Adds a bias per channel. */
export function addBias(node: NodeContext, y: Value, bias: Value | null): Value {
  if (bias === null) return y;
  const perChannel = reshape(node, bias, [bias.shape[0], ...y.shape.slice(2).map(() => 1)]);
  return node.step([y, perChannel], ([maps, summand]) => elementwise(maps, summand, 'add'));
}

function depthOf({ kernelSize, stride, dilation, before, after }: Windows): number[] {
  return [kernelSize, stride, dilation, before, after].map(([first]) => first);
}

function sumOf(node: NodeContext, [first, ...others]: readonly Value[]): Value {
  return others.reduce((sum, part) => node.step([sum, part], ([a, b]) => add(a, b)), first);
}

/** Converts `[N, C, D, H, W]` to `[N · slices, C, H, W]`; slice −1 contains zeros. */
function slicesAsImages(node: NodeContext, x: Value, slices: readonly number[]): Value {
  const [N] = x.shape;
  const [images, channels, depths, ...pixels] = selectionTables(
    x.shape,
    x.shape.map((extent) => wholeAxis(extent)),
  );
  const places = wholeAxis(N).flatMap((n) =>
    slices.map((depth) => (depth < 0 ? -1 : images[n] + depths[depth])),
  );
  const tables = [places, channels, ...pixels];
  return node.step([x], ([volume]) => takeElements(volume, { tables }));
}

/** Converts `[N · D, C, H, W]` to `[N, C, D, H, W]`. */
function imagesAsSlices(node: NodeContext, x: Value, images: number): Value {
  const [all, ...rest] = selectionTables(
    x.shape,
    x.shape.map((extent) => wholeAxis(extent)),
  );
  const depth = all.length / images;
  const [channels, ...pixels] = rest;
  const first = all.filter((_, i) => i % depth === 0);
  const tables = [first, channels, all.slice(0, depth), ...pixels];
  return node.step([x], ([maps]) => takeElements(maps, { tables }));
}

import type { ConvAttrs } from '../../../backend/attributes.js';
import type { NamedArray } from '../../../core/named-arrays.js';
import type { Shape } from '../../../core/shape.js';
import { digestOfArray } from '../../../core/stored-array.js';
import { mapGeometry, placeMap, viewOf } from '../../memory/map-buffer.js';
import { overhang } from '../../memory/border.js';
import { NO_BORDER } from '../../memory/border.js';
import type { MapGeometry } from '../../memory/map-buffer.js';
import type { Border } from '../../memory/border.js';
import {
  biasPacking,
  directPacking,
  packedBiasLength,
  packedWeightLength,
} from './direct-weights.js';
import type { WeightLayout } from './direct-weights.js';
import { convLayout, directConvJob } from './direct-job.js';
import { maxPoolJob } from '../maps/pool-job.js';
import { unpooledShape, type ConvLayer } from '../../layers/layers.js';
import { extentOf, rectAt, startOf, type Rect } from '../../../core/rect.js';
import { unpooledRect } from '../../layers/footprint.js';
import type { Placement, Algorithm } from '../algorithm.js';

/** Returns the algorithm that sums terms in the order of the definition; fused pooling is a second step. */
export function directConvolution(layer: ConvLayer, reason: string): Algorithm {
  const { inputs, output, weight, bias, attrs, relu, pool } = layer;
  const packed = packing(weight, bias);
  const unpooled = unpooledShape(layer);
  const between = (part: Rect): MapGeometry =>
    mapGeometry([1, unpooled[1], ...extentOf(unpooledRect(layer, part))], NO_BORDER);
  return {
    name: 'direct',
    reason,
    borders: [slidingBorder(inputs[0].shape, unpooled, weight.shape, attrs)],
    parts: { blocks: [1, 1], seamless: true, rowStep: 1 },
    workspaceBytes: (_, part) => (pool === null ? 0 : 4 * between(part).length),
    steps(at, part) {
      // The window of the part's first pixel starts `padding` before this input pixel.
      const [row, column] = startOf(unpooledRect(layer, part));
      const first = rectAt([row * attrs.stride[0], column * attrs.stride[1]], [0, 0]);
      const x = viewOf(at.map(inputs[0]), first);
      const y = viewOf(at.map(output), part);
      const convolved = pool === null ? y : placeMap(between(part), at.workspace);
      const layout = convLayout(x, weight.shape, attrs);
      const conv = { x, y: convolved, attrs, layout, relu, ...packed(at, layout) };
      const steps = [at.place(directConvJob(conv))];
      if (pool !== null) steps.push(at.place(maxPoolJob(convolved, y, pool)));
      return steps;
    },
  };
}

/** Returns the zeros around a map that its windows reach into. */
export function slidingBorder(
  [, , H, W]: Shape,
  [, , outH, outW]: Shape,
  [, , kH, kW]: Shape,
  { stride, padding, dilation }: ConvAttrs,
): Border {
  const end = (axis: 0 | 1, windows: number, k: number): number =>
    (windows - 1) * stride[axis] + dilation[axis] * (k - 1) + 1 - padding[axis];
  const [top, bottom] = overhang(H, -padding[0], end(0, outH, kH));
  const [left, right] = overhang(W, -padding[1], end(1, outW, kW));
  return { top, bottom, left, right };
}

/** Addresses of packed filters and their bias. */
interface FilterAddresses {
  readonly weightAddress: number;
  readonly biasAddress: number;
}

/** Packs filters and bias for the micro-kernel, once for all plans. */
function packing(
  weight: NamedArray,
  bias: NamedArray | null,
): (at: Placement, layout: WeightLayout) => FilterAddresses {
  const identity = `${weight.shape.join('×')} ${digestOfArray(weight)}`;
  const biasIdentity = bias === null ? 'none' : digestOfArray(bias);
  return (at, layout) => {
    const { segments, groups, tapLength } = layout;
    const cut = segments.map(({ taps }) => taps.join('+')).join(' ');
    const form = `${String(groups)} ${String(tapLength)} ${cut}`;
    const weights = at.constants(
      `direct ${identity} ${form}`,
      packedWeightLength(layout),
      directPacking(weight, layout),
    );
    const biases = at.constants(
      `bias ${biasIdentity} ${String(groups)} ${String(layout.outputs)}`,
      packedBiasLength(layout),
      biasPacking(bias, layout),
    );
    return { weightAddress: weights.byteOffset, biasAddress: biases.byteOffset };
  };
}

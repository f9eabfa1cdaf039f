/** Which pixels of a layer's output belong to which of its inputs. */
import { isMap, unpooledShape, type ConvLayer, type SumLayer } from './layers.js';
import type { UnitLayer } from './unit-layer.js';
import { byAxis, hullOf, NOWHERE, overlapOf, wholeOf, type Rect, type Span } from './rect.js';

/** How rectangles of an input and of the output belong together. */
export interface Footprint {
  /**
   * What is read for a rectangle of the output that is not empty; reaches beyond the map where zeros
   * around it are read.
   */
  readonly reads: (output: Rect) => Rect;
  /** What may change when a rectangle of the input that is not empty does; may reach beyond the map. */
  readonly reaches: (input: Rect) => Rect;
}

/** Ops that make each pixel of the same pixel of their operands. */
const POINTWISE: ReadonlySet<string> = new Set([
  ...['add', 'batchNorm2d', 'channelScale', 'lrn', 'maximum', 'relu', 'sigmoid', 'softmax'],
  'weightedSum',
]);

/** The footprint of a layer on one of its inputs; null where any pixel may depend on any other. */
export function footprintOf(layer: UnitLayer, input: number): Footprint | null {
  switch (layer.kind) {
    case 'conv':
      return ofConvolution(layer);
    case 'bands':
      return ofChain(layer.layers);
    case 'convTranspose': {
      const { reads, reaches } = sliding({
        ...layer.attrs,
        kernelSize: layer.weight.shape.slice(2),
      });
      return { reads: reaches, reaches: reads };
    }
    case 'maxPool': {
      const windows = sliding({ ...layer.attrs, dilation: [1, 1] });
      const whole = wholeOf(layer.inputs[input]);
      return { ...windows, reads: (output) => overlapOf(windows.reads(output), whole) };
    }
    case 'sum':
      return ofTerms(layer, input);
    case 'crop':
      return shifted(layer.offset);
    case 'concat':
      return shifted([0, 0]);
    case 'op': {
      // What is no map, as factors of channels are none, has no pixels: each is read by all.
      const areMaps = [layer.inputs[input], layer.output].every(isMap);
      return areMaps && POINTWISE.has(layer.op) ? shifted([0, 0]) : null;
    }
  }
}

function ofConvolution(layer: ConvLayer): Footprint {
  const windows = sliding({ ...layer.attrs, kernelSize: layer.weight.shape.slice(2) });
  return layer.pool === null ? windows : behind(windows, unpooling(layer));
}

/** Convolutions one behind the other; of the maps between them there is nothing but pixels. */
function ofChain(layers: readonly ConvLayer[]): Footprint {
  const [first, ...others] = layers.map(ofConvolution);
  return others.reduce((chain, next, i) => {
    const whole = wholeOf(layers[i].output);
    const reads = (output: Rect): Rect => overlapOf(next.reads(output), whole);
    const reaches = (input: Rect): Rect => next.reaches(overlapOf(input, whole));
    return behind(chain, { reads, reaches });
  }, first);
}

/** What each convolution of a chain computes so that the last one can compute a rectangle. */
export function rectsOfChain(layers: readonly ConvLayer[], last: Rect): Rect[] {
  const rects = [last];
  for (const layer of layers.slice(1).toReversed()) {
    rects.unshift(overlapOf(ofConvolution(layer).reads(rects[0]), wholeOf(layer.inputs[0])));
  }
  return rects;
}

/** Windows of an op; of each list, the number along H, then that along W. */
interface Windows {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
}

/** Output i reads `window` positions from i · stride − padding on. */
function sliding({ kernelSize, stride, padding, dilation }: Windows): Footprint {
  const windowOf = (axis: 0 | 1): number => dilation[axis] * (kernelSize[axis] - 1) + 1;
  return {
    reads: (output) =>
      byAxis(output, ({ start, end }, axis) => ({
        start: start * stride[axis] - padding[axis],
        end: (end - 1) * stride[axis] - padding[axis] + windowOf(axis),
      })),
    reaches: (input) =>
      byAxis(input, ({ start, end }, axis) => ({
        start: Math.ceil((start + padding[axis] - windowOf(axis) + 1) / stride[axis]),
        end: Math.floor((end - 1 + padding[axis]) / stride[axis]) + 1,
      })),
  };
}

/** Output i reads position i + offset. */
function shifted(offset: readonly number[]): Footprint {
  const padding = offset.map((positions) => -positions);
  return sliding({ kernelSize: [1, 1], stride: [1, 1], padding, dilation: [1, 1] });
}

/** All terms of a sum that read the same operand. */
function ofTerms({ terms }: SumLayer, input: number): Footprint {
  const each = terms.filter((term) => term.input === input).map(({ offset }) => shifted(offset));
  return {
    reads: (output) => each.reduce((hull, { reads }) => hullOf(hull, reads(output)), NOWHERE),
    reaches: (rect) => each.reduce((hull, { reaches }) => hullOf(hull, reaches(rect)), NOWHERE),
  };
}

/** One footprint behind another one. */
function behind(first: Footprint, second: Footprint): Footprint {
  return {
    reads: (output) => first.reads(second.reads(output)),
    reaches: (input) => second.reaches(first.reaches(input)),
  };
}

/** The fused pooling of a convolution: 2×2 windows of stride 2. */
function unpooling(layer: ConvLayer): Footprint {
  return {
    reads: (output) => unpooledRect(layer, output),
    reaches: (input) =>
      byAxis(input, ({ start, end }) => ({
        start: Math.floor(start / 2),
        end: Math.floor((end - 1) / 2) + 1,
      })),
  };
}

/**
 * What a convolution computes for a rectangle of its output: the same, or what is pooled to it. At the end
 * of the map that includes a last row that no window covers.
 */
export function unpooledRect(layer: ConvLayer, output: Rect): Rect {
  if (layer.pool === null) return output;
  const [, , ...unpooled] = unpooledShape(layer);
  const [, , ...pooled] = layer.output.shape;
  return byAxis(output, ({ start, end }, axis): Span => {
    return { start: 2 * start, end: end === pooled[axis] ? unpooled[axis] : 2 * end };
  });
}

/** Footprints of layers: the pixels of an input that a rectangle of the output reads. */
import {
  shiftedFootprint,
  slidingFootprint,
  stampingFootprint,
  type Footprint,
} from '../../core/footprint.js';
import { type ConvLayer, isMap, type SumLayer, unpooledShape, wholeOf } from './layers.js';
import type { UnitLayer } from './unit-layer.js';
import { byAxis, hullOf, NOWHERE, overlapOf, type Rect, type Span } from '../../core/rect.js';

/** Returns the footprint of a layer on one of its inputs; null if any pixel may depend on any other. */
export function footprintOf(layer: UnitLayer, input: number): Footprint | null {
  switch (layer.kind) {
    case 'conv':
      return ofConvolution(layer);
    case 'bands':
      return ofChain(layer.layers);
    case 'convTranspose': {
      const kernelSize = layer.weight.shape.slice(2);
      return stampingFootprint({ ...layer.attrs, kernelSize });
    }
    case 'maxPool': {
      const windows = slidingFootprint({ ...layer.attrs, dilation: [1, 1] });
      const whole = wholeOf(layer.inputs[input]);
      return { ...windows, reads: (output) => overlapOf(windows.reads(output), whole) };
    }
    case 'sum':
      return ofTerms(layer, input);
    case 'crop':
      return shiftedFootprint(layer.offset);
    case 'concat':
      return shiftedFootprint([0, 0]);
    case 'op': {
      // A value that is not a map, such as factors of channels, has no pixels.
      const areMaps = [layer.inputs[input], layer.output].every(isMap);
      return areMaps ? (layer.rule?.geometry.footprint(layer.attrs, input) ?? null) : null;
    }
  }
}

function ofConvolution(layer: ConvLayer): Footprint {
  const windows = slidingFootprint({ ...layer.attrs, kernelSize: layer.weight.shape.slice(2) });
  return layer.pool === null ? windows : compose(windows, unpooling(layer));
}

/** Returns the footprint of a chain of convolutions; the maps between them are cut to their own pixels. */
function ofChain(layers: readonly ConvLayer[]): Footprint {
  const [first, ...others] = layers.map(ofConvolution);
  return others.reduce((chain, next, i) => {
    const whole = wholeOf(layers[i].output);
    const reads = (output: Rect): Rect => overlapOf(next.reads(output), whole);
    const reaches = (input: Rect): Rect => next.reaches(overlapOf(input, whole));
    return compose(chain, { reads, reaches });
  }, first);
}

/** Returns the rectangle that each convolution of a chain computes so that the last one can compute `last`. */
export function rectsOfChain(layers: readonly ConvLayer[], last: Rect): Rect[] {
  const rects = [last];
  for (const layer of layers.slice(1).toReversed()) {
    rects.unshift(overlapOf(ofConvolution(layer).reads(rects[0]), wholeOf(layer.inputs[0])));
  }
  return rects;
}

/** Returns the footprint of all terms of a sum that read the same input. */
function ofTerms({ terms }: SumLayer, input: number): Footprint {
  const each = terms
    .filter((term) => term.input === input)
    .map(({ offset }) => shiftedFootprint(offset));
  return {
    reads: (output) => each.reduce((hull, { reads }) => hullOf(hull, reads(output)), NOWHERE),
    reaches: (rect) => each.reduce((hull, { reaches }) => hullOf(hull, reaches(rect)), NOWHERE),
  };
}

/** Composes the footprints of two layers, `second` after `first`. */
function compose(first: Footprint, second: Footprint): Footprint {
  return {
    reads: (output) => first.reads(second.reads(output)),
    reaches: (input) => second.reaches(first.reaches(input)),
  };
}

/** Returns the footprint of the fused pooling of a convolution: 2×2 windows of stride 2. */
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
 * Returns the pixels that a convolution computes for a rectangle of its output: the same rectangle, or the one
 * that is pooled to it. At the end of the map it includes a last row that no window covers.
 */
export function unpooledRect(layer: ConvLayer, output: Rect): Rect {
  if (layer.pool === null) return output;
  const [, , ...unpooled] = unpooledShape(layer);
  const [, , ...pooled] = layer.output.shape;
  return byAxis(output, ({ start, end }, axis): Span => {
    return { start: 2 * start, end: end === pooled[axis] ? unpooled[axis] : 2 * end };
  });
}

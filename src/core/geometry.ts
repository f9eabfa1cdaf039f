/** Geometry of an op: the positions of its input pixels in its output, and which of them it needs. */
import {
  croppingAxis,
  IDENTITY_AXIS,
  IDENTITY_MAP,
  slidingAxis,
  stampingAxis,
  type AxisMap,
  type CoordinateMap,
} from './coordinate-map.js';
import {
  shiftedFootprint,
  slidingFootprint,
  stampingFootprint,
  windowExtent,
  type Footprint,
  type Windows,
} from './footprint.js';
import type { Pair } from './shape.js';

/** Geometry of an op with attributes `A`. */
export interface OpGeometry<A extends object> {
  /** Position of an input's pixels in the output; null for an input without pixels, such as a weight. */
  coordinates(attrs: A, input: number): CoordinateMap | null;
  /** Pixels of an input that a part of the output needs; null if any pixel may need any other. */
  footprint(attrs: A, input: number): Footprint | null;
}

const SAME_PIXEL = shiftedFootprint([0, 0]);

/** Geometry of a pointwise op: each pixel is computed from the same pixel of every input. */
export const POINTWISE: OpGeometry<object> = {
  coordinates: () => IDENTITY_MAP,
  footprint: () => SAME_PIXEL,
};

/** Geometry of an op whose output has no pixels, or has pixels that do not follow from those of the inputs. */
export const NO_PIXELS: OpGeometry<object> = {
  coordinates: () => null,
  footprint: () => null,
};

/** Geometry that depends on the attributes or on the input. */
export function geometryBy<A extends object>(
  choose: (attrs: A, input: number) => OpGeometry<A>,
): OpGeometry<A> {
  return {
    coordinates: (attrs, input) => choose(attrs, input).coordinates(attrs, input),
    footprint: (attrs, input) => choose(attrs, input).footprint(attrs, input),
  };
}

/** Geometry of an op whose other inputs, such as weights, have no pixels. */
export function ofFirstInput<A extends object>(geometry: OpGeometry<A>): OpGeometry<A> {
  return geometryBy((_attrs, input) => (input === 0 ? geometry : NO_PIXELS));
}

/** Geometry of windows that slide over the input: convolution and pooling. */
export function sliding<A extends object>(windowsOf: (attrs: A) => Windows): OpGeometry<A> {
  return {
    coordinates: (attrs) => axesOf(slidingAxis, windowsOf(attrs)),
    footprint: (attrs) => slidingFootprint(windowsOf(attrs)),
  };
}

/** Geometry of windows that are stamped onto the output: transposed convolution. */
export function stamping<A extends object>(windowsOf: (attrs: A) => Windows): OpGeometry<A> {
  return {
    coordinates: (attrs) => axesOf(stampingAxis, windowsOf(attrs)),
    footprint: (attrs) => stampingFootprint(windowsOf(attrs)),
  };
}

/** Geometry of an op whose output pixel i is the pixel i + offset of the input. */
export function shifted<A extends object>(
  offsetOf: (attrs: A, input: number) => Pair,
): OpGeometry<A> {
  const axis = (offset: number): AxisMap => (offset === 0 ? IDENTITY_AXIS : croppingAxis(offset));
  return {
    coordinates(attrs, input) {
      const [rows, columns] = offsetOf(attrs, input);
      return [axis(rows), axis(columns)];
    },
    footprint: (attrs, input) => shiftedFootprint(offsetOf(attrs, input)),
  };
}

/** Geometry of an op whose pixels have a place, but may be computed from any pixel of the input. */
export function placed<A extends object>(
  coordinates: (attrs: A, input: number) => CoordinateMap | null,
): OpGeometry<A> {
  return { coordinates, footprint: () => null };
}

function axesOf(
  axisMap: (window: number, stride: number, padding: number) => AxisMap,
  windows: Windows,
): CoordinateMap {
  const { stride, padding } = windows;
  return [
    axisMap(windowExtent(windows, 0), stride[0], padding[0]),
    axisMap(windowExtent(windows, 1), stride[1], padding[1]),
  ];
}

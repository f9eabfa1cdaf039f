import type { Pair, Shape } from '../../core/shape.js';
import type { PlacedMap } from '../buffers.js';
import { pixelAddress } from '../jobs/sum.js';
import type { PlanLayer, PlanValue } from '../layers.js';

/** What a network gives: a value, or a rectangle of it. */
export interface NetworkResult {
  /** The value that the last layer writes. */
  readonly value: PlanValue;
  /** Row and column of it that lie under the result's first pixel. */
  readonly offset: Pair;
  /** Shape of the result. */
  readonly shape: Shape;
}

/** Leaves out a crop at the end: the result is copied anyway, and then only the rectangle is. */
export function splitResult(layers: readonly PlanLayer[]): {
  readonly layers: readonly PlanLayer[];
  readonly result: NetworkResult;
} {
  const last = layers[layers.length - 1];
  const before = layers.at(-2)?.output;
  const { shape } = last.output;
  if (last.kind === 'crop' && last.inputs[0] === before) {
    const result = { value: before, offset: last.offset, shape };
    return { layers: layers.slice(0, -1), result };
  }
  return { layers, result: { value: last.output, offset: [0, 0], shape } };
}

/** The rectangle as a map. */
export function resultMap(map: PlacedMap, { offset, shape }: NetworkResult): PlacedMap {
  const [, , height, width] = shape;
  return { ...map, height, width, address: pixelAddress(map, offset) };
}

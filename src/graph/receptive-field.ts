import { over, rational, times, type Rational } from '../core/rational.js';
import type { AxisMap } from '../core/coordinate-map.js';
import { FcnError } from '../core/errors.js';
import type { Origin } from '../tensor/origin.js';
import { ancestorMaps } from './coordinates.js';
import { nodeName } from './trace.js';

/** Part of the input that a unit of a layer sees, along one axis. */
export interface ReceptiveField {
  /** Input pixels that a unit sees. */
  readonly size: number;
  /** Input pixels between neighbouring units. */
  readonly stride: Rational;
  /** Input position of the middle of the first unit's field. */
  readonly offset: Rational;
}

/**
 * The receptive fields of a node in an input, vertical and horizontal.
 *
 * @throws {@link FcnError} if the node does not depend on the input, or has no one field.
 * @see Long, Shelhamer, Darrell, CVPR 2015, table 1: `rf size` and `max stride`.
 */
export function receptiveField(
  node: Origin,
  input: Origin,
): readonly [ReceptiveField, ReceptiveField] {
  const map = ancestorMaps(node).get(input);
  if (!map) throw new FcnError(`${nodeName(node)} has no coordinates in ${nodeName(input)}`);
  return [field(map[0]), field(map[1])];
}

function field({ scale, shift, window }: AxisMap): ReceptiveField {
  const stride = over(rational(1), scale);
  return { size: window, stride, offset: times(rational(-1), times(shift, stride)) };
}

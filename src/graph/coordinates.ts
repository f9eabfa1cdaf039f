/**
 * Positions of the pixels of one layer in another.
 *
 * @see Shelhamer, Long, Darrell, PAMI 2017, §4.1; the walk is that of Caffe's `coord_map.py`.
 */
import {
  alignAxisMaps,
  composeAxisMaps,
  IDENTITY_MAP,
  type AxisMap,
  type CoordinateMap,
} from '../core/coordinate-map.js';
import { FcnError } from '../core/errors.js';
import { minus, type Rational } from '../core/rational.js';
import type { Origin } from '../tensor/origin.js';
import { nodeName, topological } from './trace.js';

/** Position of one axis of a layer on another's: position i of the source is scale·i + shift of the target. */
export interface Alignment {
  /** Steps of the target per step of the source. */
  readonly scale: Rational;
  /** Target position of the source's position 0. */
  readonly shift: Rational;
}

/**
 * The maps from every ancestor of a node, itself included, the nearest first. An ancestor from which
 * two ways disagree, or which has no pixels, has none.
 */
export function ancestorMaps(node: Origin): Map<Origin, CoordinateMap> {
  const nearestFirst = topological([node], inputsWithPixels).reverse();
  const maps = new Map<Origin, CoordinateMap | null>([[node, IDENTITY_MAP]]);
  for (const at of nearestFirst) {
    const above = maps.get(at) ?? null;
    at.inputs.forEach((input, i) => {
      const step = at.maps[i];
      if (step === null) return;
      const way = above && through(above, step);
      const before = maps.get(input);
      maps.set(input, before === undefined ? way : agreed(before, way));
    });
  }
  const found = new Map<Origin, CoordinateMap>();
  for (const at of nearestFirst) {
    const map = maps.get(at);
    if (map) found.set(at, map);
  }
  return found;
}

function inputsWithPixels({ inputs, maps }: Origin): readonly Origin[] {
  return inputs.filter((_, i) => maps[i] !== null);
}

/**
 * Returns the positions of the pixels of `from` in `to`, through their nearest common ancestor; vertical, horizontal.
 *
 * @throws {@link FcnError} if they have none.
 */
export function alignment(from: Origin, to: Origin): readonly [Alignment, Alignment] {
  const fromMaps = ancestorMaps(from);
  for (const [ancestor, toMap] of ancestorMaps(to)) {
    const fromMap = fromMaps.get(ancestor);
    if (fromMap) return [alignAxisMaps(toMap[0], fromMap[0]), alignAxisMaps(toMap[1], fromMap[1])];
  }
  throw new FcnError(`${nodeName(from)} and ${nodeName(to)} have no coordinates in common`);
}

/**
 * Returns the position of pixel 0 of `reference` in `x`, in whole pixels; negative if it is before x.
 *
 * @throws {@link FcnError} if the two have different strides or their pixels do not coincide.
 */
export function pixelOffset(x: Origin, reference: Origin): readonly [number, number] {
  const [rows, columns] = alignment(reference, x);
  const whole = ({ scale, shift }: Alignment): number => {
    if (scale.num !== 1 || scale.den !== 1) {
      throw new FcnError(
        `${nodeName(x)} cannot be laid over ${nodeName(reference)}: it has ${show(scale)} pixels for each`,
      );
    }
    if (shift.den !== 1) {
      throw new FcnError(
        `${nodeName(x)} cannot be laid over ${nodeName(reference)}: it starts ${show(shift)} pixels off`,
      );
    }
    return shift.num;
  };
  return [whole(rows), whole(columns)];
}

/**
 * Returns the pixels to cut off the start of `x`, so that it begins where `reference` does.
 *
 * @throws {@link FcnError} if no whole number ≥ 0 of pixels does that.
 */
export function cropOffset(x: Origin, reference: Origin): readonly [number, number] {
  const offset = pixelOffset(x, reference);
  if (Math.min(...offset) < 0) {
    throw new FcnError(
      `${nodeName(x)} cannot be cropped to ${nodeName(reference)}: it begins ${offset.join(', ')} pixels before`,
    );
  }
  return offset;
}

function through(second: CoordinateMap, first: CoordinateMap): CoordinateMap {
  if (first === IDENTITY_MAP) return second;
  return [composeAxisMaps(second[0], first[0]), composeAxisMaps(second[1], first[1])];
}

/** The map that two ways agree on, with the wider window; null if there is none. */
function agreed(a: CoordinateMap | null, b: CoordinateMap | null): CoordinateMap | null {
  if (a === null || b === null || !samePlace(a[0], b[0]) || !samePlace(a[1], b[1])) return null;
  const wider = (axis: 0 | 1): AxisMap => ({
    ...a[axis],
    window: Math.max(a[axis].window, b[axis].window),
  });
  return [wider(0), wider(1)];
}

function samePlace(a: AxisMap, b: AxisMap): boolean {
  return minus(a.scale, b.scale).num === 0 && minus(a.shift, b.shift).num === 0;
}

function show({ num, den }: Rational): string {
  return den === 1 ? String(num) : `${String(num)}/${String(den)}`;
}

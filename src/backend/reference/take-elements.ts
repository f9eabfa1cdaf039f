import type { FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';

/** Entry of a table for an index outside the input. */
const OUTSIDE = -1;

/** For each axis of the output and each index on it: offset in the input in elements, or −1. */
export type PlaceTables = readonly (readonly number[])[];

/** y = x at the sum of its indices' offsets, or `fill` if one of them is outside. */
export function takeElements(
  x: FloatArray,
  tables: PlaceTables,
  fill: number,
  y: FloatArray,
): void {
  forEachSource(tables, (at, source) => {
    y[at] = source === OUTSIDE ? fill : x[source];
  });
}

/** gradX += gradY at the source of each output, in the order of the output. */
export function takeElementsBackward(
  gradY: FloatArray,
  tables: PlaceTables,
  gradX: FloatArray,
): void {
  const round = roundingOf(gradX);
  forEachSource(tables, (at, source) => {
    if (source !== OUTSIDE) gradX[source] = round(gradX[source] + gradY[at]);
  });
}

function forEachSource(tables: PlaceTables, visit: (at: number, source: number) => void): void {
  let at = 0;
  const walk = (axis: number, source: number): void => {
    if (axis === tables.length) {
      visit(at++, source);
      return;
    }
    for (const step of tables[axis]) {
      walk(axis + 1, source === OUTSIDE || step === OUTSIDE ? OUTSIDE : source + step);
    }
  };
  walk(0, 0);
}

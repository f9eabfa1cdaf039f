import type { FloatArray } from '../backend.js';
import { roundingOf } from './rounding.js';

/** In a table of places: nothing lies here. */
const OUTSIDE = -1;

/** For each axis of the output and each index on it: elements of the input to go on by, or −1. */
export type PlaceTables = readonly (readonly number[])[];

/** y = x at the sum of the places of its indices, or `fill` where one of them is outside. */
export function rearrange(x: FloatArray, tables: PlaceTables, fill: number, y: FloatArray): void {
  forEachSource(tables, (at, source) => {
    y[at] = source === OUTSIDE ? fill : x[source];
  });
}

/** In the order of the output: gradX += gradY where y came from. */
export function rearrangeBackward(gradY: FloatArray, tables: PlaceTables, gradX: FloatArray): void {
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

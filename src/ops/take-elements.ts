import { applyRule } from '../autograd/op.js';
import type { OpRule } from '../autograd/op-rule.js';
import {
  takeElements as move,
  takeElementsBackward,
  type PlaceTables,
} from '../backend/reference/take-elements.js';
import type { CoordinateMap } from '../core/coordinate-map.js';
import { ShapeError } from '../core/errors.js';
import { placed } from '../core/geometry.js';
import { numel } from '../core/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Attributes of {@link takeElements}. */
export interface TakeElementsAttrs {
  /** For each axis of the output and each index on it: offset in the input in elements, or −1. */
  readonly tables: PlaceTables;
  /** Value where one of the indices has −1; default 0. */
  readonly fill?: number;
  /** Map of coordinates from output to input; null, the default, if there is none. */
  readonly map?: CoordinateMap | null;
}

/** Rule of {@link takeElements}. */
export const takeElementsRule: OpRule<readonly [Tensor], TakeElementsAttrs> = {
  name: 'takeElements',
  computedBy: 'plain-loops',
  geometry: placed(({ map = null }) => map),
  inferShape([x], { tables }) {
    const furthest = tables.reduce((sum, steps) => sum + greatest(steps), 0);
    if (!tables.every((steps) => steps.every((step) => Number.isSafeInteger(step) && step >= -1))) {
      throw new ShapeError('takeElements: places are integers of at least −1');
    }
    if (tables.every((steps) => steps.some((step) => step >= 0)) && furthest >= numel(x.shape)) {
      throw new ShapeError(`takeElements: element ${String(furthest)} is outside ${x.describe()}`);
    }
    return tables.map((steps) => steps.length);
  },
  forward(_backend, [x], { tables, fill = 0 }, y) {
    move(x.data, tables, fill, y.data);
    return undefined;
  },
  backward(_backend, [x], { tables }, y) {
    takeElementsBackward(y.grad, tables, x.grad);
  },
};

function greatest(steps: readonly number[]): number {
  return steps.reduce((most, step) => Math.max(most, step), 0);
}

/**
 * Takes elements of a tensor in another order; some may be left out, repeated or filled in.
 *
 * y[i, j, …] = x at element tables[0][i] + tables[1][j] + …, or `fill` where one of these is −1.
 * Reshaping, transposing, slicing with any step, padding of every kind, repeating and picking by index
 * are such orders. The gradient of an element is the sum over the outputs that take it.
 *
 * @param x - Any shape.
 * @returns As many axes as there are tables, each as long as its table.
 * @throws {@link ShapeError} if an element is outside x.
 */
export function takeElements(x: Tensor, attrs: TakeElementsAttrs): Tensor {
  return applyRule(takeElementsRule, [x], attrs);
}

import { ln } from '../../core/log.js';
import type { Shape } from '../../core/shape.js';
import type { FloatArray } from '../attributes.js';
import { power } from './power.js';
import { roundingOf } from './rounding.js';
import { forEachPlace, rowMajorStrides } from './strided-walk.js';

/** Names of element-wise functions of two operands. */
export type ElementwiseFunction =
  'add' | 'sub' | 'mul' | 'div' | 'pow' | 'max' | 'min' | 'prelu' | 'equal';

/** A function and its two partial derivatives. */
interface Rule {
  readonly value: (a: number, b: number) => number;
  readonly slopeA: (a: number, b: number) => number;
  readonly slopeB: (a: number, b: number) => number;
}

const one = (): number => 1;
const zero = (): number => 0;

const FUNCTIONS: Readonly<Record<ElementwiseFunction, Rule>> = {
  add: { value: (a, b) => a + b, slopeA: one, slopeB: one },
  sub: { value: (a, b) => a - b, slopeA: one, slopeB: () => -1 },
  mul: { value: (a, b) => a * b, slopeA: (_a, b) => b, slopeB: (a) => a },
  div: { value: (a, b) => a / b, slopeA: (_a, b) => 1 / b, slopeB: (a, b) => -a / (b * b) },
  pow: {
    value: power,
    slopeA: (a, b) => (b === 0 ? 0 : b * power(a, b - 1)),
    slopeB: (a, b) => (a > 0 ? power(a, b) * ln(a) : 0),
  },
  /** At a tie b takes the gradient. */
  max: {
    value: (a, b) => (b >= a || b !== b ? b : a),
    slopeA: (a, b) => (b >= a ? 0 : 1),
    slopeB: (a, b) => (b >= a ? 1 : 0),
  },
  min: {
    value: (a, b) => (b <= a || b !== b ? b : a),
    slopeA: (a, b) => (b <= a ? 0 : 1),
    slopeB: (a, b) => (b <= a ? 1 : 0),
  },
  /** a if a ≥ 0, else a·b. */
  prelu: {
    value: (a, b) => (a < 0 ? a * b : a),
    slopeA: (a, b) => (a > 0 ? 1 : b),
    slopeB: (a) => (a < 0 ? a : 0),
  },
  equal: { value: (a, b) => (a === b ? 1 : 0), slopeA: zero, slopeB: zero },
};

/** True if `name` is a {@link ElementwiseFunction}. */
export function isElementwise(name: string): name is ElementwiseFunction {
  return Object.hasOwn(FUNCTIONS, name);
}

/** Two operands; each is repeated along its axes of size 1. */
export interface ElementwiseOperands {
  readonly a: FloatArray;
  readonly aShape: Shape;
  readonly b: FloatArray;
  readonly bShape: Shape;
}

/** y = f(a, b), computed in float64 and rounded once. */
export function elementwise(
  { a, aShape, b, bShape }: ElementwiseOperands,
  name: ElementwiseFunction,
  y: FloatArray,
  yShape: Shape,
): void {
  const { value } = FUNCTIONS[name];
  forEachPlace(yShape, repeated(aShape, yShape), repeated(bShape, yShape), (at, i, j) => {
    y[at] = value(a[i], b[j]);
  });
}

/** gradA += gradY · ∂f/∂a and gradB += gradY · ∂f/∂b, in the order of y. Either may be null. */
export function elementwiseBackward(
  { a, aShape, b, bShape }: ElementwiseOperands,
  name: ElementwiseFunction,
  gradY: FloatArray,
  yShape: Shape,
  grads: { readonly a: FloatArray | null; readonly b: FloatArray | null },
): void {
  const round = roundingOf(gradY);
  const { slopeA, slopeB } = FUNCTIONS[name];
  forEachPlace(yShape, repeated(aShape, yShape), repeated(bShape, yShape), (at, i, j) => {
    if (grads.a) grads.a[i] = round(grads.a[i] + round(gradY[at] * round(slopeA(a[i], b[j]))));
    if (grads.b) grads.b[j] = round(grads.b[j] + round(gradY[at] * round(slopeB(a[i], b[j]))));
  });
}

/** Strides of an operand along the axes of the output: 0 on repeated axes. */
function repeated(shape: Shape, yShape: Shape): number[] {
  const missing = yShape.length - shape.length;
  const strides = rowMajorStrides(shape);
  return yShape.map((_, axis) => {
    const own = axis - missing;
    return own < 0 || shape[own] === 1 ? 0 : strides[own];
  });
}

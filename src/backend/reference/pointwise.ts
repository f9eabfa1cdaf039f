import { exp } from '../../core/exp.js';
import { ln } from '../../core/log.js';
import type { FloatArray } from '../attributes.js';
import { power } from './power.js';
import { roundingOf } from './rounding.js';

/** Names of element-wise functions of one operand; a and b are their attributes. */
export type PointwiseFunction =
  | ('abs' | 'affine' | 'ceil' | 'clip' | 'elu' | 'exp' | 'floor' | 'hardSigmoid' | 'hardSwish')
  | ('leakyRelu' | 'log' | 'neg' | 'power' | 'reciprocal' | 'softplus' | 'sqrt' | 'step' | 'swish')
  | ('tanh' | 'truncate');

/** A function and its derivative at x; y is the function's value at x. */
interface Rule {
  readonly value: (x: number, a: number, b: number) => number;
  readonly slope: (x: number, y: number, a: number, b: number) => number;
}

const flat = (): number => 0;

/** Computed in float64, rounded once; e^x and ln x are this library's own, with the same bits on every engine. */
const FUNCTIONS: Readonly<Record<PointwiseFunction, Rule>> = {
  abs: { value: Math.abs, slope: Math.sign },
  /** a·x + b. */
  affine: { value: (x, a, b) => a * x + b, slope: (_x, _y, a) => a },
  ceil: { value: Math.ceil, slope: flat },
  /** max(a, min(x, b)). */
  clip: {
    value: (x, a, b) => Math.min(Math.max(x, a), b),
    slope: (x, _y, a, b) => (x >= a && x <= b ? 1 : 0),
  },
  /** x if x ≥ 0, else a · (e^x − 1). */
  elu: {
    value: (x, a) => (x < 0 ? a * (exp(x) - 1) : x),
    slope: (x, y, a) => (x < 0 ? y + a : 1),
  },
  exp: { value: exp, slope: (_x, y) => y },
  floor: { value: Math.floor, slope: flat },
  /** max(0, min(1, a·x + b)). */
  hardSigmoid: {
    value: (x, a, b) => Math.max(0, Math.min(1, a * x + b)),
    slope: (x, _y, a, b) => (a * x + b > 0 && a * x + b < 1 ? a : 0),
  },
  /** x · max(0, min(1, x/6 + 1/2)). */
  hardSwish: {
    value: (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5)),
    slope: (x) => (x >= 3 ? 1 : x > -3 ? x / 3 + 0.5 : 0),
  },
  /** x if x ≥ 0, else a·x. */
  leakyRelu: { value: (x, a) => (x < 0 ? a * x : x), slope: (x, _y, a) => (x > 0 ? 1 : a) },
  log: { value: ln, slope: (x) => 1 / x },
  neg: { value: (x) => -x, slope: () => -1 },
  /** x^a; NaN if x is negative and a is not an integer. */
  power: { value: power, slope: (x, _y, a) => (a === 0 ? 0 : a * power(x, a - 1)) },
  reciprocal: { value: (x) => 1 / x, slope: (_x, y) => -y * y },
  /** ln(1 + e^x). */
  softplus: {
    value: (x) => Math.max(x, 0) + ln(1 + exp(-Math.abs(x))),
    slope: (x) => logistic(x),
  },
  sqrt: { value: Math.sqrt, slope: (_x, y) => 0.5 / y },
  /** 1 if x > a, else 0. */
  step: { value: (x, a) => (x > a ? 1 : 0), slope: flat },
  /** x / (1 + e^−ax). */
  swish: {
    value: (x, a) => x * logistic(a * x),
    slope: (x, y, a) => a * y + logistic(a * x) * (1 - a * y),
  },
  tanh: { value: tanh, slope: (_x, y) => 1 - y * y },
  truncate: { value: Math.trunc, slope: flat },
};

/** True if `name` is a {@link PointwiseFunction}. */
export function isPointwise(name: string): name is PointwiseFunction {
  return Object.hasOwn(FUNCTIONS, name);
}

/** y = f(x), computed in float64 and rounded once. */
export function pointwise(
  x: FloatArray,
  name: PointwiseFunction,
  a: number,
  b: number,
  y: FloatArray,
): void {
  const { value } = FUNCTIONS[name];
  for (let i = 0; i < y.length; i++) y[i] = value(x[i], a, b);
}

/** gradX += gradY · f′(x); the derivative is computed in float64 and rounded once. */
export function pointwiseBackward(
  x: FloatArray,
  y: FloatArray,
  gradY: FloatArray,
  { name, a, b }: { readonly name: PointwiseFunction; readonly a: number; readonly b: number },
  gradX: FloatArray,
): void {
  const round = roundingOf(gradX);
  const { slope } = FUNCTIONS[name];
  for (let i = 0; i < gradX.length; i++) {
    const share = round(gradY[i] * round(slope(x[i], y[i], a, b)));
    gradX[i] = round(gradX[i] + share);
  }
}

/** tanh x = 1 − 2 / (e^2x + 1), by symmetry from the side on which e^2x does not overflow. */
function tanh(x: number): number {
  const magnitude = 1 - 2 / (exp(2 * Math.abs(x)) + 1);
  return x < 0 ? -magnitude : magnitude;
}

function logistic(x: number): number {
  return 1 / (1 + exp(-x));
}

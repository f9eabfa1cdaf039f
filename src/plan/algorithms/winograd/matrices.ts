import { FcnError } from '../../../core/errors.js';
import { minus, over, plus, type Rational, rational, times } from '../../../core/rational.js';

/** A matrix of exact fractions, row by row. */
export type RationalMatrix = readonly (readonly Rational[])[];

/**
 * The three matrices of F(m, r): m outputs of a filter of r taps from n = m + r − 1 products,
 *
 *     y = Aᵀ · ((G · g) ⊙ (Bᵀ · d)),   y[i] = Σ_k g[k] · d[i + k]
 */
export interface WinogradMatrices {
  /** Bᵀ, `[n][n]`: transforms the input. */
  readonly input: RationalMatrix;
  /** G, `[n][r]`: transforms the filter. */
  readonly filter: RationalMatrix;
  /** Aᵀ, `[m][n]`: transforms the products. */
  readonly output: RationalMatrix;
}

/**
 * Points at which polynomials are evaluated, followed by ∞. Pairs a, −a halve the multiplications of the
 * transforms; powers of two make most of the rest exact; both 2 and ½ keep the powers of the points near 1.
 */
const POINTS: readonly Rational[] = [
  rational(0),
  rational(1),
  rational(-1),
  rational(2),
  rational(-2),
  rational(1, 2),
  rational(-1, 2),
];

const ZERO = rational(0);
const ONE = rational(1);

/**
 * Computes the exact matrices of F(outputs, taps) from the points a₀ … a₍ₙ₋₂₎ and ∞.
 *
 * A product of polynomials of degrees m − 1 and r − 1 has n coefficients: it is known from its values at n − 1
 * points and its leading coefficient (its value at ∞). Lagrange's formula returns the coefficients:
 * Σ_j s(a_j) · N_j(x) / N_j(a_j) + s(∞) · N(x), with N(x) = Π (x − a_i) and N_j(x) = N(x) / (x − a_j).
 * Correlation is the transpose of that product in one of its factors, so that evaluation and
 * interpolation change sides: row j of Bᵀ holds the coefficients of N_j (the last row those of N), row j
 * of G holds a_jᵏ / N_j(a_j), column j of Aᵀ holds a_jⁱ; at ∞ the powers are 0 … 0, 1.
 *
 * @throws {@link FcnError} if a size is not a positive integer, or there are too few points.
 */
export function winogradMatrices(outputs: number, taps: number): WinogradMatrices {
  const finite = outputs + taps - 2;
  const sizesFit = [outputs, taps].every((size) => Number.isInteger(size) && size > 0);
  if (!sizesFit || finite > POINTS.length) {
    throw new FcnError(`Winograd: unsupported form F(${String(outputs)}, ${String(taps)})`);
  }
  const points = POINTS.slice(0, finite);
  const others = points.map((_, j) => polynomial(points.filter((_point, i) => i !== j)));
  return {
    input: [...others.map((coefficients) => [...coefficients, ZERO]), polynomial(points)],
    filter: [
      ...points.map((point, j) => {
        const norm = evaluate(others[j], point);
        return powers(point, taps).map((power) => over(power, norm));
      }),
      atInfinity(taps),
    ],
    output: transposed([...points.map((point) => powers(point, outputs)), atInfinity(outputs)]),
  };
}

/** Returns the number nearest to a fraction. */
export function toNumber({ num, den }: Rational): number {
  return num / den;
}

/** Returns the coefficients of Π (x − root), lowest power first. */
function polynomial(roots: readonly Rational[]): Rational[] {
  return roots.reduce<Rational[]>(
    (product, root) =>
      [...product, ZERO].map((_, k) =>
        minus(k > 0 ? product[k - 1] : ZERO, times(root, product.at(k) ?? ZERO)),
      ),
    [ONE],
  );
}

function evaluate(coefficients: readonly Rational[], x: Rational): Rational {
  return coefficients.reduceRight((sum, coefficient) => plus(times(sum, x), coefficient), ZERO);
}

/** Returns 1, a, a², … */
function powers(a: Rational, count: number): Rational[] {
  const list = [ONE];
  while (list.length < count) list.push(times(a, list[list.length - 1]));
  return list;
}

function atInfinity(count: number): Rational[] {
  return Array.from({ length: count }, (_, k) => (k === count - 1 ? ONE : ZERO));
}

function transposed(matrix: RationalMatrix): Rational[][] {
  return matrix[0].map((_, column) => matrix.map((row) => row[column]));
}

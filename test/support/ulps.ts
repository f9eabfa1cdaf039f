/**
 * Difference of two numbers in units in the last place of the second.
 *
 * @param bits - Size of the significand: 24 in float32, 53 in float64. The second number must not be denormal.
 */
export function ulpsBetween(got: number, expected: number, bits: 24 | 53): number {
  if (got === expected) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(expected)));
  return Math.abs(got - expected) / 2 ** (exponent - bits + 1);
}

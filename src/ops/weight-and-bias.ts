/** Tells apart the inputs of a batch normalisation after its statistics; a missing one is undefined. */
export function weightAndBias<T>(
  affine: readonly T[],
  weighted: boolean,
): [weight: T | undefined, bias: T | undefined] {
  return weighted ? [affine.at(0), affine.at(1)] : [undefined, affine.at(0)];
}

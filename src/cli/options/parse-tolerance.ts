import { InvalidArgumentError } from 'commander';

/**
 * A share that a difference may have.
 *
 * @throws InvalidArgumentError of commander on anything but a number ≥ 0.
 */
export function parseTolerance(text: string): number {
  const tolerance = text === '' ? NaN : Number(text);
  if (tolerance >= 0 && tolerance < Infinity) return tolerance;
  throw new InvalidArgumentError('It must be a number ≥ 0, as in 1e-5.');
}

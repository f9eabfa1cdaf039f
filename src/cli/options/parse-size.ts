import { InvalidArgumentError } from 'commander';
import type { Pair } from '../../core/shape.js';

/** Beyond any photo; one side. */
const MOST_PIXELS = 65536;

/**
 * Height and width of an image, as in 500x375.
 *
 * @throws InvalidArgumentError of commander on anything else.
 */
export function parseSize(text: string): Pair {
  const [, height, width] = (/^(\d+)[x×](\d+)$/i.exec(text) ?? []).map(Number);
  const fits = (extent: number): boolean => extent >= 1 && extent <= MOST_PIXELS;
  if (fits(height) && fits(width)) return [height, width];
  throw new InvalidArgumentError('It must be height and width, as in 500x375.');
}

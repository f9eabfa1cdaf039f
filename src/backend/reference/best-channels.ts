import type { FloatArray } from '../backend.js';

/** What is asked of the best channels. */
export interface BestChannelsAttrs {
  /** How many, the best first. */
  readonly count: number;
  /** Their indices, or their numbers. */
  readonly give: 'index' | 'value';
}

/**
 * For each position the channels with the largest numbers, of equal ones the last first; NaN is below all.
 *
 * @param inner - Positions of a channel.
 */
export function bestChannels(
  x: FloatArray,
  channels: number,
  inner: number,
  { count, give }: BestChannelsAttrs,
  y: FloatArray,
): void {
  const order = Array.from({ length: channels }, (_, c) => c);
  const positions = y.length / count;
  for (let i = 0; i < positions; i++) {
    const map = Math.floor(i / inner);
    const from = map * channels * inner + (i % inner);
    const rank = (c: number): number => {
      const value = x[from + c * inner];
      return value === value ? value : -Infinity;
    };
    const best = order.toSorted((a, b) => descending(rank(a), rank(b)) || b - a);
    for (let k = 0; k < count; k++) {
      y[(map * count + k) * inner + (i % inner)] =
        give === 'index' ? best[k] : x[from + best[k] * inner];
    }
  }
}

/** As a comparison for sorting; a difference would be NaN between equal infinities. */
function descending(a: number, b: number): number {
  return a === b ? 0 : a > b ? -1 : 1;
}

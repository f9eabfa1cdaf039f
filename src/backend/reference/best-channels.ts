import type { FloatArray } from '../attributes.js';

/** Options of {@link bestChannels}. */
export interface BestChannelsAttrs {
  /** Number of channels, the best first. */
  readonly count: number;
  /** Output: the channels' indices or their values. */
  readonly give: 'index' | 'value';
}

/**
 * y = the channels with the largest values at each position; the last one first at a tie; NaN is lowest.
 *
 * @param inner - Number of positions per channel.
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

/** Comparator for sorting; a difference would be NaN for equal infinities. */
function descending(a: number, b: number): number {
  return a === b ? 0 : a > b ? -1 : 1;
}

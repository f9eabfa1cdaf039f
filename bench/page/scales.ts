/** Scale of an axis of a plot. */
export interface Scale {
  /** Position of a value: 0 at the start of the axis, 1 at its end. */
  of(value: number): number;
  /** Labelled values, ascending. */
  readonly ticks: readonly number[];
}

/** Steps of ticks within a power of ten. */
const STEPS = [1, 2, 5, 10] as const;

/** Maximum number of ticks of a linear scale after 0. */
const MOST_TICKS = 6;

/** Linear scale from 0 to a round number not below the largest value. */
export function linearScale(largest: number): Scale {
  const power = 10 ** Math.floor(Math.log10(largest / MOST_TICKS));
  const step = power * (STEPS.find((tick) => largest / (tick * power) <= MOST_TICKS) ?? 10);
  const count = Math.ceil(largest / step);
  const ticks = Array.from({ length: count + 1 }, (_, i) => i * step);
  return { of: (value) => value / (count * step), ticks };
}

/** Logarithmic scale between the round numbers around the values. */
export function logScale(smallest: number, largest: number): Scale {
  const first = Math.floor(Math.log10(smallest));
  const decades = Array.from(
    { length: Math.ceil(Math.log10(largest)) - first + 1 },
    (_, i) => 10 ** (first + i),
  );
  const rounds = decades.flatMap((decade) => [decade, 2 * decade, 5 * decade]);
  const from = rounds.findLastIndex((value) => value <= smallest);
  const to = rounds.findIndex((value) => value >= largest);
  const ticks = rounds.slice(from, Math.max(to, from + 1) + 1);
  return between(ticks[0], ticks[ticks.length - 1], ticks);
}

/** Logarithmic scale with given ticks, from the first to the last. */
export function placesScale(places: readonly number[]): Scale {
  return between(Math.min(...places), Math.max(...places), places);
}

function between(first: number, last: number, ticks: readonly number[]): Scale {
  const length = Math.log(last / first);
  return { of: (value) => (length > 0 ? Math.log(value / first) / length : 0.5), ticks };
}

import { type PlanValue, wholeOf } from '../layers/layers.js';
import type { Rect } from '../../core/rect.js';

/** Rows and columns of zeros around a map. */
export interface Border {
  /** Rows above. */
  readonly top: number;
  /** Rows below. */
  readonly bottom: number;
  /** Columns on the left. */
  readonly left: number;
  /** Columns on the right. */
  readonly right: number;
}

/** No border. */
export const NO_BORDER: Border = { top: 0, bottom: 0, left: 0, right: 0 };

/** Returns the smallest border that covers both. */
export function widerBorder(a: Border, b: Border): Border {
  return {
    top: Math.max(a.top, b.top),
    bottom: Math.max(a.bottom, b.bottom),
    left: Math.max(a.left, b.left),
    right: Math.max(a.right, b.right),
  };
}

/**
 * Returns the rows (or columns) of zeros that windows reach into, on both sides of a line of positions.
 *
 * @param size - Positions of the line.
 * @param first - Start of the first window; negative before the line.
 * @param last - Position after the last window.
 */
export function overhang(size: number, first: number, last: number): readonly [number, number] {
  return [Math.max(0, -first), Math.max(0, last - size)];
}

/** Returns the rows and columns by which a rectangle extends beyond a map. */
export function beyond(value: PlanValue, { rows, columns }: Rect): Border {
  const whole = wholeOf(value);
  const [top, bottom] = overhang(whole.rows.end, rows.start, rows.end);
  const [left, right] = overhang(whole.columns.end, columns.start, columns.end);
  return { top, bottom, left, right };
}

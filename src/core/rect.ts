/** Rectangles of a map, in its rows and columns; they may extend beyond the map into padding. */
import type { Pair } from './shape.js';

/** Positions `start` … `end` − 1 along an axis; empty unless `start` < `end`. */
export interface Span {
  /** First position. */
  readonly start: number;
  /** Position after the last. */
  readonly end: number;
}

/** The pixels of a span of rows and a span of columns; empty if either span is empty. */
export interface Rect {
  /** Along H. */
  readonly rows: Span;
  /** Along W. */
  readonly columns: Span;
}

/** The rectangle without pixels. */
export const NOWHERE: Rect = { rows: { start: 0, end: 0 }, columns: { start: 0, end: 0 } };

/** Returns the rectangle with this first pixel and this size. */
export function rectAt([row, column]: Pair, [height, width]: Pair): Rect {
  return {
    rows: { start: row, end: row + height },
    columns: { start: column, end: column + width },
  };
}

/** Returns the rectangle with `along` applied to both spans. */
export function byAxis({ rows, columns }: Rect, along: (span: Span, axis: 0 | 1) => Span): Rect {
  return { rows: along(rows, 0), columns: along(columns, 1) };
}

/** Rows and columns of a rectangle that is not empty. */
export function extentOf({ rows, columns }: Rect): Pair {
  return [rows.end - rows.start, columns.end - columns.start];
}

/** First pixel of a rectangle. */
export function startOf({ rows, columns }: Rect): Pair {
  return [rows.start, columns.start];
}

/** Number of pixels of a rectangle. */
export function areaOf(rect: Rect): number {
  const [height, width] = extentOf(rect);
  return Math.max(0, height) * Math.max(0, width);
}

/** True if the rectangle has no pixels. */
export function isEmpty(rect: Rect): boolean {
  return areaOf(rect) === 0;
}

/** Intersection of two rectangles. */
export function overlapOf(a: Rect, b: Rect): Rect {
  const common = (s: Span, t: Span): Span => ({
    start: Math.max(s.start, t.start),
    end: Math.min(s.end, t.end),
  });
  const rect = { rows: common(a.rows, b.rows), columns: common(a.columns, b.columns) };
  return isEmpty(rect) ? NOWHERE : rect;
}

/** The smallest rectangle that contains both. */
export function hullOf(a: Rect, b: Rect): Rect {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const around = (s: Span, t: Span): Span => ({
    start: Math.min(s.start, t.start),
    end: Math.max(s.end, t.end),
  });
  return { rows: around(a.rows, b.rows), columns: around(a.columns, b.columns) };
}

/** Extends a rectangle to whole blocks, within the map. */
export function inBlocks(rect: Rect, blocks: Pair, whole: Rect): Rect {
  if (isEmpty(rect)) return NOWHERE;
  const outward = byAxis(rect, ({ start, end }, axis) => {
    const block = blocks[axis];
    return { start: Math.floor(start / block) * block, end: Math.ceil(end / block) * block };
  });
  return overlapOf(outward, whole);
}

/** The part of `outer` around `inner`, which it contains, in at most four rectangles. */
export function ringOf(outer: Rect, inner: Rect): Rect[] {
  if (isEmpty(inner)) return isEmpty(outer) ? [] : [outer];
  const { rows, columns } = outer;
  const beside = inner.rows;
  return [
    { rows: { start: rows.start, end: beside.start }, columns },
    { rows: beside, columns: { start: columns.start, end: inner.columns.start } },
    { rows: beside, columns: { start: inner.columns.end, end: columns.end } },
    { rows: { start: beside.end, end: rows.end }, columns },
  ].filter((rect) => !isEmpty(rect));
}

import { ShapeError } from '../core/errors.js';

/** A class for every pixel. */
export interface ClassMap {
  /** Pixels per row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Class of each pixel, row by row. */
  readonly data: Uint8Array;
}

/** Pixels that have one class in map A and another in map B. */
export interface LabelChange {
  /** Class in A. */
  readonly from: number;
  /** Class in B. */
  readonly to: number;
  /** Number of pixels. */
  readonly pixels: number;
}

/** Differences between two label maps. */
export interface LabelChanges {
  /** Number of pixels of each map. */
  readonly pixels: number;
  /** Number of pixels that have another class in B. */
  readonly changed: number;
  /** Number of changed pixels at a moved border: A has the new class within two rows and columns. */
  readonly atBorders: number;
  /** Changes by pair of classes, largest count first. */
  readonly changes: readonly LabelChange[];
  /** For each pixel 0 if it is unchanged, 1 if a border moved over it, 2 if it changed away from borders. */
  readonly kinds: Uint8Array;
}

/** Largest shift of a border, in rows and columns, that rounding explains. */
export const BORDER_PIXELS = 2;

const CLASSES = 256;

/** @throws {@link ShapeError} if the maps differ in size. */
export function labelChanges(a: ClassMap, b: ClassMap): LabelChanges {
  if (a.width !== b.width || a.height !== b.height) {
    throw new ShapeError(`label maps: different sizes (got ${sizeOf(b)}, expected ${sizeOf(a)})`);
  }
  const counts = new Uint32Array(CLASSES * CLASSES);
  const kinds = new Uint8Array(a.data.length);
  let atBorders = 0;
  b.data.forEach((label, i) => {
    if (label === a.data[i]) return;
    counts[CLASSES * a.data[i] + label]++;
    const isNear = hasNearby(a, i, label);
    kinds[i] = isNear ? 1 : 2;
    if (isNear) atBorders++;
  });
  const changes = listed(counts);
  const changed = changes.reduce((sum, { pixels }) => sum + pixels, 0);
  return { pixels: kinds.length, changed, atBorders, changes, kinds };
}

function hasNearby({ width, height, data }: ClassMap, at: number, label: number): boolean {
  const [x, y] = [at % width, Math.floor(at / width)];
  for (let dy = -BORDER_PIXELS; dy <= BORDER_PIXELS; dy++) {
    for (let dx = -BORDER_PIXELS; dx <= BORDER_PIXELS; dx++) {
      const [column, row] = [x + dx, y + dy];
      if (column < 0 || column >= width || row < 0 || row >= height) continue;
      if (data[row * width + column] === label) return true;
    }
  }
  return false;
}

function listed(counts: Uint32Array): LabelChange[] {
  const changes: LabelChange[] = [];
  counts.forEach((pixels, i) => {
    if (pixels > 0) changes.push({ from: Math.floor(i / CLASSES), to: i % CLASSES, pixels });
  });
  return changes.toSorted((a, b) => b.pixels - a.pixels);
}

function sizeOf({ width, height }: ClassMap): string {
  return `${String(width)}×${String(height)}`;
}

import type { PlacedMap } from '../buffers.js';
import type { BandPart } from '../row-bands.js';
import type { Step } from './step.js';

/**
 * Some rows of a map, kept while they are read: the map at its place holds the row `base` of the whole one,
 * and those that follow. Its border stands for that of the whole map.
 */
export class RollingRows {
  readonly #floats: Float32Array;
  readonly #map: PlacedMap;

  /** @param map - High enough for the most rows that are kept at one time. */
  constructor(memory: ArrayBufferLike, map: PlacedMap) {
    this.#map = map;
    this.#floats = new Float32Array(memory, map.buffer, map.length);
  }

  /** Makes room for a band's rows: all of it before the first, else by giving up what was read. */
  begin(part: BandPart, previous: BandPart | undefined): Step[] {
    if (previous === undefined) return [{ run: () => void this.#floats.fill(0) }];
    const kept = part.rows.first - part.base;
    const from = part.base - previous.base;
    if (from === 0 || kept === 0) return [];
    const [target, start, end] = [0, from, from + kept].map((row) => this.#startOf(row));
    return [{ run: () => void this.#floats.copyWithin(target, start, end) }];
  }

  /** Writes the zeros below the map, if its last row is there. */
  end({ rows, base }: BandPart, mapRows: number): Step[] {
    const { bottom } = this.#map.border;
    if (rows.end < mapRows || bottom === 0) return [];
    const [start, end] = [rows.end - base, rows.end - base + bottom].map((row) =>
      this.#startOf(row),
    );
    return [{ run: () => void this.#floats.fill(0, start, end) }];
  }

  /** Where a row starts, what lies left of the map included. */
  #startOf(row: number): number {
    const { border, rowPitch } = this.#map;
    return (border.top + row) * rowPitch;
  }
}

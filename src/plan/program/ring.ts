/** Rings: the pixels around the region, stored once by the first image and copied back for later ones. */
import { partGeometry, placeMap, viewOf, type PlacedMap } from '../memory/map-buffer.js';
import { NO_BORDER } from '../memory/border.js';
import { roundUp } from '../memory/alignment.js';
import { cropJob } from '../algorithms/maps/copy-job.js';
import type { Job } from '../algorithms/job.js';
import type { PlanValue } from '../layers/layers.js';
import { ringOf, startOf, type Rect } from '../../core/rect.js';
import type { Region } from './find-region.js';

/** Pieces of rings start at multiples of this many bytes: a cache line. */
const ALIGNMENT = 64;

/** One piece of the ring of a map, and where it is stored. */
interface Piece {
  readonly rect: Rect;
  /** Bytes from the start of the store. */
  readonly offset: number;
}

/** The places of the rings of all maps. */
export interface RingStore {
  /** Bytes of all of them. */
  readonly bytes: number;
  /** Returns the jobs that store the ring of a map that was computed whole. */
  take(address: number, value: PlanValue, map: PlacedMap): readonly Job[];
  /** Returns the jobs that copy the stored ring back around the region of a map. */
  put(address: number, value: PlanValue, map: PlacedMap): readonly Job[];
}

/** Finds a place for the ring of every map. */
export function ringStore({ computed, later }: Region): RingStore {
  const pieces = new Map<PlanValue, readonly Piece[]>();
  let bytes = 0;
  for (const [value, { kept }] of later) {
    const places = ringOf(kept, computed.get(value) ?? kept).map((rect) => {
      const offset = bytes;
      bytes += roundUp(4 * partGeometry(value.shape, rect, NO_BORDER, 'inner').length, ALIGNMENT);
      return { rect, offset };
    });
    pieces.set(value, places);
  }
  const jobsOf = (
    address: number,
    value: PlanValue,
    copy: (stored: PlacedMap, rect: Rect) => Job,
  ): readonly Job[] =>
    (pieces.get(value) ?? []).map(({ rect, offset }) => {
      const geometry = partGeometry(value.shape, rect, NO_BORDER, 'inner');
      return copy(placeMap(geometry, address + offset), rect);
    });
  return {
    bytes,
    take: (address, value, map) =>
      jobsOf(address, value, (stored, rect) => cropJob(map, viewOf(stored, rect), startOf(rect))),
    put: (address, value, map) =>
      jobsOf(address, value, (stored, rect) => cropJob(stored, viewOf(map, rect), startOf(rect))),
  };
}

import type { PlanValue } from '../layers.js';
import { macsOf } from '../describe.js';
import { areaOf, rectAt, sameRect, wholeOf, type Rect } from '../rect.js';
import { layOut } from '../steps/lay-out.js';
import type { NetworkResult } from '../steps/result.js';
import type { Program } from '../steps/schedule.js';
import type { PreparedLayer } from '../steps/step.js';
import { findRegion, type Region } from './find-region.js';
import { ringStore } from './ring.js';

/** A program whose rings are stored from a byte address on. */
type ProgramAt = (store: number) => Program;

/** What a plan runs for the first image of its size, and for those after it. */
export interface Programs {
  /** Computes everything, and stores the rings that later images need. */
  readonly first: ProgramAt;
  /** Computes the region alone; null where every image is computed as the first one. */
  readonly later: ProgramAt | null;
  /** Bytes of all rings. */
  readonly storedBytes: number;
}

/** Products with sums that the region must save, as a share of all, so that it is worth its bookkeeping. */
const WORTH_IT = 0.02;

/**
 * The programs of a network.
 *
 * @param wish - Whether only the region is computed for images after the first: true wherever that is less,
 *   false never, undefined where it pays.
 */
export function programsFor(
  prepared: readonly PreparedLayer[],
  result: NetworkResult,
  wish: boolean | undefined,
): Programs {
  const layout = layOut(prepared, result, null);
  const region = wish === false ? null : regionFor(prepared, result, wish ?? false);
  if (region === null) {
    return { first: () => ({ prepared, layout, besides: () => [] }), later: null, storedBytes: 0 };
  }
  const rings = ringStore(region);
  const parts = prepared.map((layer) => ({ ...layer, part: partIn(region, layer.layer.output) }));
  const partLayout = layOut(parts, result, region);
  return {
    first: (store) => ({
      ...{ prepared, layout },
      besides: (value, map) => rings.take(store, value, map),
    }),
    later: (store) => ({
      ...{ prepared: parts, layout: partLayout },
      besides: (value, map) => rings.put(store, value, map),
    }),
    storedBytes: rings.bytes,
  };
}

/** Products with sums of a layer for a part of its output. */
export function macsOfPart({ layer, part }: PreparedLayer): number {
  return Math.round((macsOf(layer) * areaOf(part)) / areaOf(wholeOf(layer.output)));
}

/** The region, or null where it saves nothing, or too little to be taken unasked. */
function regionFor(
  prepared: readonly PreparedLayer[],
  { value, offset, shape }: NetworkResult,
  asked: boolean,
): Region | null {
  const wanted = shape.length === 4 ? rectAt(offset, [shape[2], shape[3]]) : wholeOf(value);
  const region = findRegion(prepared, new Map([[value, wanted]]));
  const parts = prepared.map((layer) => ({ ...layer, part: partIn(region, layer.layer.output) }));
  if (asked) {
    const all = parts.every(({ layer, part }) => sameRect(part, wholeOf(layer.output)));
    return all ? null : region;
  }
  const total = (layers: readonly PreparedLayer[]): number =>
    layers.reduce((sum, layer) => sum + macsOfPart(layer), 0);
  return total(parts) <= (1 - WORTH_IT) * total(prepared) ? region : null;
}

function partIn(region: Region, value: PlanValue): Rect {
  return region.get(value)?.computed ?? wholeOf(value);
}

/**
 * Places for buffers in one short stretch of memory. Buffers that are needed at the same time do not overlap.
 *
 * @see Pisarchyk, Lee, "Efficient Memory Management for Deep Neural Net Inference", §4.2: greedy by
 *   size, in the smallest gap that is large enough.
 */
import type { Lifetime } from '../layers/liveness.js';
import { ALIGNMENT, roundUp } from './alignment.js';

/** Memory that is needed for some steps. */
export interface BufferRequest extends Lifetime {
  /** Length of the buffer in bytes. */
  readonly bytes: number;
}

/** The places of buffers. */
export interface ArenaLayout {
  /** Start of the buffer of each request, in bytes: a multiple of 64. */
  readonly offsets: readonly number[];
  /** Length of the stretch that holds them all, a multiple of 64. */
  readonly peakBytes: number;
}

interface Placed extends Lifetime {
  readonly start: number;
  readonly end: number;
}

/** Places buffers, the largest first; equal ones in the order of the requests. */
export function layOutArena(requests: readonly BufferRequest[]): ArenaLayout {
  const offsets = requests.map(() => 0);
  const order = requests.map((_, i) => i).sort((a, b) => requests[b].bytes - requests[a].bytes);
  const placed: Placed[] = [];
  for (const i of order) {
    const { first, last } = requests[i];
    const bytes = roundUp(requests[i].bytes, ALIGNMENT);
    const others = placed.filter((other) => overlap(other, requests[i]));
    const start = smallestGap(others, bytes);
    offsets[i] = start;
    placed.push({ first, last, start, end: start + bytes });
  }
  return { offsets, peakBytes: placed.reduce((most, { end }) => Math.max(most, end), 0) };
}

/** Returns the bytes of the buffers of the fullest step: every layout is at least as long. */
export function leastPeakBytes(requests: readonly BufferRequest[]): number {
  const needed = requests.map(({ first }) =>
    requests
      .filter((request) => request.first <= first && first <= request.last)
      .reduce((sum, { bytes }) => sum + roundUp(bytes, ALIGNMENT), 0),
  );
  return Math.max(0, ...needed);
}

function overlap(a: Lifetime, b: Lifetime): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** Returns the start of the smallest gap that holds `bytes`, or the end of the last buffer. */
function smallestGap(buffers: readonly Placed[], bytes: number): number {
  let best = { start: 0, size: Infinity };
  let end = 0;
  for (const buffer of buffers.toSorted((a, b) => a.start - b.start)) {
    const size = buffer.start - end;
    if (size >= bytes && size < best.size) best = { start: end, size };
    end = Math.max(end, buffer.end);
  }
  return best.size < Infinity ? best.start : end;
}

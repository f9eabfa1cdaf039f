import type { WasmBackend } from '../../backend/wasm/index.js';
import { partGeometry, placeMap, type MapGeometry, type PlacedMap } from '../memory/map-buffer.js';
import { beyond } from '../memory/border.js';
import type { Border } from '../memory/border.js';
import { roundUp } from '../memory/alignment.js';
import { ALIGNMENT } from '../memory/alignment.js';
import { type ConvLayer, type PlanValue, wholeOf } from '../layers/layers.js';
import { overlapOf, type Rect } from '../../core/rect.js';
import { footprintOf } from '../layers/footprint.js';
import { clearing } from './clearing.js';
import type { GeometryOf, Placement, Algorithm, Step, Unit } from './algorithm.js';

/** Least rows of the last map of a chain that are computed at a time; the last band may have fewer. */
export const BAND_ROWS = 48;

/** A convolution of a chain. */
export interface ChainedLayer {
  /** The convolution. */
  readonly layer: ConvLayer;
  /** Its algorithm, which has parts; the parts of the last convolution may be cut into rows. */
  readonly algorithm: Algorithm;
}

/** The part of a layer that is computed for a band. */
interface BandPart extends ChainedLayer {
  /** Rectangle of its output. */
  readonly rect: Rect;
  /** Layout of the rectangle in the workspace; null for the last layer, which writes into its map. */
  readonly kept: MapGeometry | null;
}

/**
 * Makes one unit of a chain of convolutions. For each band of rows of the last output, all layers compute the
 * rows on which the band depends.
 *
 * The maps between the layers are never stored whole: their rows for one band are in the workspace. At the seams
 * between bands some of their rows are computed twice. If all layers but the last are seamless, the bits are those
 * of layers that run one after another.
 *
 * @param chain - At least two convolutions with parts; only the last may be pooled.
 * @param reason - Reason for the bands.
 */
export function banded(backend: WasmBackend, chain: readonly ChainedLayer[], reason: string): Unit {
  const [first, last] = [chain[0], chain[chain.length - 1]];
  const layers = chain.map(({ layer }) => layer);
  const seamless = chain.every(({ algorithm }) => algorithm.parts?.seamless === true);
  const algorithm: Algorithm = {
    name: chain.map((member) => member.algorithm.name).join(', '),
    reason,
    borders: [first.algorithm.borders[0]],
    parts: { blocks: [1, 1], seamless },
    workspaceBytes(geometryOf, part, threads) {
      return Math.max(
        ...bandsOf(last, part).map((rows) => bandBytes(partsFor(chain, rows), geometryOf, threads)),
      );
    },
    steps(at, part) {
      const memory = backend.arena.memory.buffer;
      return bandsOf(last, part).flatMap((rows) => bandSteps(partsFor(chain, rows), at, memory));
    },
  };
  const [{ inputs }, { output }] = [first.layer, last.layer];
  const name = `${first.layer.name}–${last.layer.name}`;
  return { layer: { name, kind: 'bands', inputs, output, layers }, algorithm };
}

/** Cuts a part of the last layer's output into rows, on the grid of its tiles. */
function bandsOf({ algorithm, layer }: ChainedLayer, { rows, columns }: Rect): Rect[] {
  const pooling = layer.pool === null ? 1 : layer.pool.stride[0];
  const step = roundUp(BAND_ROWS / pooling, algorithm.parts?.rowStep ?? Infinity);
  const bands: Rect[] = [];
  for (let { start } = rows; start < rows.end; start += step) {
    bands.push({ rows: { start, end: Math.min(start + step, rows.end) }, columns });
  }
  return bands;
}

/** Returns the part that each layer computes so that the last one can compute some rows. */
function partsFor(chain: readonly ChainedLayer[], rows: Rect): BandPart[] {
  const parts: BandPart[] = [];
  let [rect, border]: [Rect, Border | null] = [rows, null];
  for (const member of chain.toReversed()) {
    const { layer } = member;
    const kept = border && partGeometry(layer.output.shape, rect, border, 'inner');
    parts.push({ ...member, rect, kept });
    const [x] = layer.inputs;
    const read = footprintOf(layer, 0)?.reads(rect) ?? wholeOf(x);
    [rect, border] = [overlapOf(read, wholeOf(x)), beyond(x, read)];
  }
  return parts.toReversed();
}

/** Counts the bytes of the rows between the layers and of the largest workspace of a layer. */
function bandBytes(parts: readonly BandPart[], geometryOf: GeometryOf, threads: number): number {
  const between = new Map(parts.map(({ layer, kept }) => [layer.output, kept]));
  const geometries = (value: PlanValue): MapGeometry => between.get(value) ?? geometryOf(value);
  const workspaces = parts.map(({ algorithm, rect }) =>
    algorithm.workspaceBytes(geometries, rect, threads),
  );
  return keptBytes(parts) + Math.max(...workspaces);
}

function keptBytes(parts: readonly BandPart[]): number {
  return parts.reduce((sum, { kept }) => sum + bytesOf(kept), 0);
}

function bytesOf(kept: MapGeometry | null): number {
  return kept === null ? 0 : roundUp(4 * kept.length, ALIGNMENT);
}

function bandSteps(parts: readonly BandPart[], at: Placement, memory: ArrayBufferLike): Step[] {
  const between = new Map<PlanValue, PlacedMap>();
  let address = at.workspace;
  for (const { layer, kept } of parts) {
    if (kept !== null) between.set(layer.output, placeMap(kept, address));
    address += bytesOf(kept);
  }
  const place: Placement = {
    workspace: address,
    map: (value) => between.get(value) ?? at.map(value),
    flat: (value) => at.flat(value),
    place: (job) => at.place(job),
    constants: (key, length, packing) => at.constants(key, length, packing),
  };
  return parts.flatMap(({ layer, algorithm, rect }) => {
    const map = between.get(layer.output);
    return [...(map ? clearing(memory, map) : []), ...algorithm.steps(place, rect)];
  });
}

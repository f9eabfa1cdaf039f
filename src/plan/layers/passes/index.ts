import type { LayerList, PlanLayer } from '../layers.js';
import { dropDeadBranches } from './dead-branches.js';
import { dropIdentity } from './drop-identity.js';
import { foldBatchNorm } from './fold-batch-norm.js';
import { fuseCropIntoSum } from './fuse-crop-into-sum.js';
import { fusePool } from './fuse-pool.js';
import { fuseRelu } from './fuse-relu.js';
import { recogniseUpsampling } from './recognise-upsampling.js';

/** A rewrite of a list of layers that keeps their result. */
export interface Pass {
  /** Name of the pass in reports. */
  readonly name: string;
  /** True if every bit stays as it is. */
  readonly exact: boolean;
  /** Returns the layers after the pass; unchanged layers are the same objects. */
  readonly run: (list: LayerList) => LayerList;
}

/** All passes, in the order in which they run. */
export const PASSES: readonly Pass[] = [
  { name: 'dead-branches', exact: true, run: dropDeadBranches },
  { name: 'drop-identity', exact: true, run: dropIdentity },
  { name: 'fold-batch-norm', exact: false, run: foldBatchNorm },
  { name: 'fuse-crop-into-sum', exact: true, run: fuseCropIntoSum },
  { name: 'fuse-relu', exact: true, run: fuseRelu },
  { name: 'fuse-pool', exact: true, run: fusePool },
  { name: 'recognise-upsampling', exact: true, run: recogniseUpsampling },
];

/** Effect of a pass. */
export interface PassReport {
  /** Name of the pass. */
  readonly pass: string;
  /** Names of the removed layers. */
  readonly removed: readonly string[];
  /** Names of the changed layers. */
  readonly changed: readonly string[];
}

/** A list of layers after all passes, with a log of the passes. */
export interface Optimized extends LayerList {
  /** One report per pass. */
  readonly log: readonly PassReport[];
}

/**
 * Runs passes one after another.
 *
 * @param mode - `exact` leaves out the passes that change bits.
 */
export function optimize(list: LayerList, mode: 'exact' | 'fast'): Optimized {
  const log: PassReport[] = [];
  let current = list;
  for (const { name, exact, run } of PASSES) {
    if (mode === 'exact' && !exact) continue;
    const after = run(current);
    log.push({ pass: name, ...difference(current.layers, after.layers) });
    current = after;
  }
  return { ...current, log };
}

function difference(
  before: readonly PlanLayer[],
  after: readonly PlanLayer[],
): { removed: string[]; changed: string[] } {
  const old = new Set(before);
  const left = new Set(after.map(({ name }) => name));
  return {
    removed: before.map(({ name }) => name).filter((name) => !left.has(name)),
    changed: after.filter((layer) => !old.has(layer)).map(({ name }) => name),
  };
}

import { createWasmBackend } from '../backend/wasm/index.js';
import {
  checkOptions,
  listOf,
  oneOf,
  wholeNumber,
  type OptionChecks,
} from '../core/check-options.js';
import type { Pair } from '../core/shape.js';
import { inspectNetwork, type Inspection } from '../plan/inspection.js';
import type { PlanMode } from '../plan/plan.js';
import { openingNow } from './open-error.js';
import type { OpenedNetwork } from './opened-network.js';
import { recognisable } from './recognisable.js';

/** Options of {@link inspect}. */
export interface InspectOptions {
  /** Height and width of the image. */
  readonly size: Pair;
  /** Mode of the plan; default `fast`. */
  readonly mode?: PlanMode;
}

const OPTIONS: OptionChecks<InspectOptions> = {
  size: listOf(wholeNumber(1), 2),
  mode: oneOf('fast', 'exact'),
};

/** Memory of the backend in bytes: nothing is computed, and a backend has no less. */
const LEAST_MEMORY = 1;

/**
 * Inspects how a plan would compute a network: every layer with its shape, receptive field, work, algorithm and memory.
 * Nothing is computed, and of the weights only those are read by which layers are recognised.
 *
 * @throws {@link OpenError} if the network does not take images of this size, or no plan can compute it.
 */
export async function inspect(opened: OpenedNetwork, options: InspectOptions): Promise<Inspection> {
  checkOptions('inspect', options, OPTIONS);
  const { size, mode = 'fast' } = options;
  using backend = await createWasmBackend({ capacityBytes: LEAST_MEMORY });
  return openingNow('damaged', () => {
    const { network, shapes } = recognisable(opened, size);
    return inspectNetwork(network, shapes, { backend, mode });
  });
}

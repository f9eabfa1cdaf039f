import type { Pair } from '../../../core/shape.js';
import { openNetwork } from '../../../open/open-network.js';
import type { PlanMode } from '../../../plan/plan.js';
import { packModel } from '../../../segment/pack-model.js';

/** Options of `fcn pack`. */
export interface PackCommandOptions {
  /** The file to write. */
  readonly out: string;
  /** Heights and widths of the photos, before they are resized. */
  readonly size: readonly Pair[];
  /** Mode in which scores will be computed. */
  readonly mode: PlanMode;
  /** Most bytes that weights and maps will be allowed to take; default: no limit. */
  readonly memory?: number;
}

/**
 * Runs `fcn pack`.
 *
 * @throws {@link OpenError} if the model is refused; {@link FcnError} if it cannot be compiled.
 */
export async function runPack(
  model: string,
  { out, size: sizes, mode, memory }: PackCommandOptions,
): Promise<void> {
  using opened = await openNetwork(model, { structureOnly: true });
  await packModel(opened, out, { sizes, mode, ...(memory === undefined ? {} : { memory }) });
}

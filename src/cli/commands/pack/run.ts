import type { Pair } from '../../../core/shape.js';
import { FcnError } from '../../../core/errors.js';
import type { PlanMode } from '../../../plan/plan.js';
import { packModel } from '../../../segment/packed-model.js';
import { openStoredModel } from '../../../segment/stored-model.js';
import { CommandError, EXIT, oneLine } from '../../shell/exit-codes.js';

/** What `fcn pack` was told, after the model. */
export interface PackCommandOptions {
  /** The file to write. */
  readonly out: string;
  /** Heights and widths of the images. */
  readonly size: readonly Pair[];
  /** How scores will be computed. */
  readonly mode: PlanMode;
  /** Most bytes that weights and maps will be allowed to take; no limit if left out. */
  readonly memory?: number;
}

/**
 * Does the work of `fcn pack`.
 *
 * @throws {@link CommandError} if the model is refused; {@link FcnError} if it cannot be compiled.
 */
export async function runPack(
  model: string,
  { out, size: sizes, ...options }: PackCommandOptions,
): Promise<void> {
  const stored = await openStoredModel(model).catch((cause: unknown) => {
    if (!(cause instanceof FcnError)) throw cause;
    throw new CommandError(EXIT.modelRefused, `model refused: ${oneLine(cause)}`, { cause });
  });
  try {
    const { mode, memory } = options;
    await packModel(stored, out, { sizes, mode, ...(memory === undefined ? {} : { memory }) });
  } finally {
    stored.close();
  }
}

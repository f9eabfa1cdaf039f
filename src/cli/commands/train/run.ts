import { createWasmBackend } from '../../../backend/wasm/index.js';
import { runRecipeFile } from '../../../train/run-recipe-file.js';
import { interruptible } from '../../shell/interrupt.js';

/** Options of `fcn train`. */
export interface TrainOptions {
  /** Folder for checkpoints, models and scores; default: the one that the recipe names. */
  readonly out?: string;
  /** True to continue an earlier run in that folder. */
  readonly resume?: boolean;
  /** Name of the only stage to run. */
  readonly stage?: string;
}

/**
 * Runs `fcn train`.
 *
 * @throws {@link RecipeError} if the recipe is invalid or names missing data or weights.
 */
export async function runTrain(path: string, options: TrainOptions): Promise<void> {
  const backend = await createWasmBackend();
  await interruptible((signal) =>
    runRecipeFile(path, { ...options, backend, signal, stream: process.stderr }),
  );
}

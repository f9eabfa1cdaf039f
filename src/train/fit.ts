import { setImmediate } from 'node:timers/promises';
import { FcnError } from '../core/errors.js';
import type { StepReport } from './progress.js';
import { trainStep, type Batch, type Trainee } from './step.js';

/** How long and how fast to train, and whom to tell. */
export interface FitOptions {
  /** Steps made before, by a run that was interrupted. */
  readonly start: number;
  /** Steps in all. */
  readonly end: number;
  /** Learning rate of a step, by the number of steps before it. */
  rateAt(iteration: number): number;
  /** The batches of a step, whose gradients are added up. */
  batchesAt(iteration: number): readonly Batch[];
  /** Called after every step. */
  onStep(report: StepReport): void;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Writes a checkpoint of the state after so many steps. */
  checkpoint(iteration: number): Promise<void>;
  /** Asks to stop: the current step is finished and a checkpoint written. */
  readonly signal?: AbortSignal;
}

/**
 * Trains until the end or until asked to stop.
 *
 * @returns True if all steps were made.
 * @throws {@link FcnError} if the loss is no longer a number.
 */
export async function fit(trainee: Trainee, options: FitOptions): Promise<boolean> {
  const { start, end, checkpointEvery, signal } = options;
  for (let iteration = start; iteration < end; iteration++) {
    const rate = options.rateAt(iteration);
    const loss = trainStep(trainee, options.batchesAt(iteration), rate);
    const made = iteration + 1;
    if (!Number.isFinite(loss)) {
      throw new FcnError(`training diverged: the loss of step ${String(made)} is ${String(loss)}`);
    }
    options.onStep({ iteration: made, loss, rate });
    await setImmediate(); // signals are delivered between steps
    const stops = signal?.aborted === true && made < end;
    if (stops || (made % checkpointEvery === 0 && made < end)) await options.checkpoint(made);
    if (stops) return false;
  }
  return true;
}

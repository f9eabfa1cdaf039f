import {
  checkOptions,
  FUNCTION,
  OBJECT,
  wholeNumber,
  type OptionChecks,
} from '../core/check-options.js';
import { setImmediate } from 'node:timers/promises';
import { FcnError } from '../core/errors.js';
import type { StepReport } from './progress.js';
import { trainStep, type Batch, type Trainee } from './step.js';

/** Options of {@link fit}. */
export interface FitOptions {
  /** Number of steps done by an interrupted run. */
  readonly start: number;
  /** Total number of steps. */
  readonly end: number;
  /** Returns the learning rate of a step; `iteration` is the number of steps before it. */
  rateAt(iteration: number): number;
  /** Returns the batches of a step; their gradients are added. */
  batchesAt(iteration: number): readonly Batch[];
  /** Called after every step. */
  onStep(report: StepReport): void;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Writes a checkpoint of the state after `iteration` steps. */
  checkpoint(iteration: number): Promise<void>;
  /** Stops the run: the current step is finished and a checkpoint is written. */
  readonly signal?: AbortSignal;
}

const OPTIONS: OptionChecks<FitOptions> = {
  start: wholeNumber(0),
  end: wholeNumber(0),
  rateAt: FUNCTION,
  batchesAt: FUNCTION,
  onStep: FUNCTION,
  checkpointEvery: wholeNumber(1),
  checkpoint: FUNCTION,
  signal: OBJECT,
};

/**
 * Trains until the last step or until `signal` is aborted.
 *
 * @returns True if all steps were done.
 * @throws {@link FcnError} if the loss is not finite.
 */
export async function fit(trainee: Trainee, options: FitOptions): Promise<boolean> {
  checkOptions('fit', options, OPTIONS);
  const { start, end, checkpointEvery, signal } = options;
  for (let iteration = start; iteration < end; iteration++) {
    const rate = options.rateAt(iteration);
    const loss = trainStep(trainee, options.batchesAt(iteration), rate);
    const made = iteration + 1;
    if (!Number.isFinite(loss)) {
      throw new FcnError(
        `training diverged: the loss of step ${String(made)} is ${String(loss)}; lower the learning rate`,
      );
    }
    options.onStep({ iteration: made, loss, rate });
    await setImmediate(); // signals are delivered between steps
    const stops = signal?.aborted === true && made < end;
    if (stops || (made % checkpointEvery === 0 && made < end)) await options.checkpoint(made);
    if (stops) return false;
  }
  return true;
}

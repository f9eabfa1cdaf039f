/**
 * One training step of FCN-8s on SqueezeNet 1.1 (21 classes, same padding, batch 4): scores, loss,
 * gradients, SGD with momentum; in a process of its own.
 */
import { calibrate } from '../calibration.js';
import { EngineProcess, type EngineFigures } from '../engines/process.js';
import type { NetworkBenchOptions } from './fcn8s.bench.js';

/** What the bench found. */
export interface TrainFigures {
  readonly size: number;
  readonly runs: number;
  /** Before the runs and after them. */
  readonly calibrationGflops: readonly [number, number];
  /** Of a step. */
  readonly step: EngineFigures;
  /** Loss of the last step. */
  readonly loss: number;
}

const TRAIN_STEP = new URL('../engines/train-step.ts', import.meta.url);

/** Runs the bench and returns its figures. */
export async function benchTrain({ size, runs }: NetworkBenchOptions): Promise<TrainFigures> {
  const engine = new EngineProcess(TRAIN_STEP);
  try {
    await engine.load({ size });
    const before = await calibrate();
    for (let i = 0; i < runs; i++) await engine.run();
    const calibrationGflops = [before, await calibrate()] as const;
    const { result, ...step } = await engine.finish();
    return { size, runs, calibrationGflops, step, loss: result[0] };
  } finally {
    engine.stop();
  }
}

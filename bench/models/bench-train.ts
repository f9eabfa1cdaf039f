/**
 * One training step of FCN-8s on SqueezeNet 1.1 (21 classes, same padding, batch 4): scores, loss,
 * gradients, SGD with momentum; in its own process.
 */
import { calibrate } from '../calibration.js';
import { EngineProcess, type EngineFigures } from '../engines/process.js';

/** Options of {@link benchTrain}. */
export interface TrainBenchOptions {
  /** Extent of the square photos. */
  readonly size: number;
  /** Number of timed steps. */
  readonly runs: number;
}

/** Result of the bench. */
export interface TrainFigures extends TrainBenchOptions {
  /** Speed of one core before and after the runs. */
  readonly calibrationGflops: readonly [number, number];
  /** Time of a step. */
  readonly step: EngineFigures;
  /** Loss of the last step. */
  readonly loss: number;
}

const TRAIN_STEP = new URL('../engines/train-step.ts', import.meta.url);

/** Runs the bench and returns its figures. */
export async function benchTrain({ size, runs }: TrainBenchOptions): Promise<TrainFigures> {
  const engine = new EngineProcess('fcn-wasm', TRAIN_STEP, 1);
  try {
    const shape = [1, 3, size, size];
    await engine.load({ net: 'fcn8s-pets', shape, threads: 1, settings: {}, folder: '' });
    const before = await calibrate();
    for (let i = 0; i < runs; i++) await engine.run();
    const calibrationGflops = [before, await calibrate()] as const;
    const [loss] = await engine.result();
    return { size, runs, calibrationGflops, step: engine.figures(), loss };
  } finally {
    engine.stop();
  }
}

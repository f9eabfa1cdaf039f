/**
 * One training step of FCN-8s on SqueezeNet 1.1 (21 classes, same padding, batch 4): scores, loss,
 * gradients, SGD with momentum; in a process of its own.
 */
import { calibrate } from '../calibration.js';
import { EngineProcess, type EngineFigures } from '../engines/process.js';

/** What the bench of a training step may be told. */
export interface TrainBenchOptions {
  /** Extent of the square photos. */
  readonly size: number;
  /** Timed steps. */
  readonly runs: number;
}

/** What the bench found. */
export interface TrainFigures extends TrainBenchOptions {
  /** Before the runs and after them. */
  readonly calibrationGflops: readonly [number, number];
  /** Of a step. */
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

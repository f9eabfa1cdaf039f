import { arch, cpus } from 'node:os';
import type { EngineFigures } from './engines/process.js';
import { PEER, type Fcn8sFigures } from './models/fcn8s.bench.js';
import type { TrainFigures } from './models/train.bench.js';

/** What a measurement depends on besides the code. */
export interface Environment {
  readonly cpu: string;
  readonly node: string;
  readonly v8: string;
  /** Flags of the process. */
  readonly flags: readonly string[];
}

/** Where this runs. */
function environment(): Environment {
  const { node, v8 } = process.versions;
  return { cpu: `${cpus()[0].model.trim()} (${arch()})`, node, v8, flags: process.execArgv };
}

/** Prints the machine. */
export function printEnvironment(): void {
  const { cpu, node, v8 } = environment();
  console.log(`${cpu}, Node ${node}, V8 ${v8}`);
}

/** Prints figures as one line of JSON, with the machine. */
export function printJson(bench: string, figures: object): void {
  console.log(JSON.stringify({ bench, ...environment(), ...figures }));
}

/** Prints the figures of the FCN-8s bench as a table. */
export function printFcn8s({ size, calibrationGflops, engines }: Fcn8sFigures): void {
  printEnvironment();
  printCalibration(calibrationGflops);
  console.log(`FCN-8s VGG16, padding 100, ${String(size)}×${String(size)}, one thread:`);
  for (const engine of engines) console.log(row(engine.name, engine));
  const peer = engines.find(({ name }) => name === PEER);
  if (peer === undefined) {
    console.log(`${PEER}: not measured (run \`npm ci --ignore-scripts\` in bench/peers)`);
  } else {
    for (const { name, medianMs } of engines) {
      if (name !== PEER) console.log(`${name}: ${(peer.medianMs / medianMs).toFixed(2)}× ${PEER}`);
    }
  }
  for (const { name, argmaxAgreement, largestDifference, classesSeen } of engines.slice(1)) {
    console.log(
      `${name} against ${engines[0].name}: ${(argmaxAgreement * 100).toFixed(4)} % of the pixels of the ` +
        `same of ${String(classesSeen)} classes; largest difference ` +
        `${largestDifference.toExponential(1)} of the largest score`,
    );
  }
}

/** Prints the figures of the training bench. */
export function printTrain({ size, calibrationGflops, step, loss }: TrainFigures): void {
  printEnvironment();
  printCalibration(calibrationGflops);
  console.log(`Training step of FCN-8s SqueezeNet 1.1, 4 × ${String(size)}×${String(size)}:`);
  console.log(row('fcn-wasm', step));
  console.log(`loss of the last step: ${loss.toFixed(3)}`);
}

function printCalibration(gflops: readonly number[]): void {
  const values = gflops.map((value) => value.toFixed(1)).join(' before, ');
  console.log(`calibration: ${values} GFLOP/s after, of f32x4 mul + add on one core`);
}

function row(name: string, figures: EngineFigures): string {
  const { medianMs, rangeMs, medianCpuMs, rssMb, loadMs } = figures;
  const time = `${medianMs.toFixed(0)} ms`.padStart(9);
  const range = rangeMs.map((ms) => ms.toFixed(0)).join('–');
  const cpu = `CPU ${medianCpuMs.toFixed(0)} ms`;
  const memory = `${rssMb.toFixed(0)} MB peak RSS`;
  const load = `loaded in ${(loadMs / 1000).toFixed(1)} s`;
  return `${name.padEnd(16)}${time} (${range}), ${cpu}, ${memory}, ${load}`;
}

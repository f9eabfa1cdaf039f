import { arch, cpus } from 'node:os';
import type { EngineFigures } from './engines/process.js';
import type { EmbeddedFigures } from './models/bench-embedded.js';
import type { NamedFigures, NetworkFigures } from './models/bench-network.js';
import type { TrainFigures } from './models/bench-train.js';

/** Node options that load other files. */
const LOADERS = ['--require', '--import'];

/** Conditions of a measurement besides the code. */
export interface Environment {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly v8: string;
  /** Flags of the process. */
  readonly flags: readonly string[];
}

/** Describes this machine. */
export function environment(): Environment {
  const { node, v8 } = process.versions;
  const cores = cpus();
  const cpu = `${cores[0].model.trim()} (${arch()})`;
  // Options that let Node run TypeScript do not change times, and contain local paths.
  const flags = process.execArgv.filter((flag) => flag.startsWith('--') && !LOADERS.includes(flag));
  return { cpu, cores: cores.length, node, v8, flags };
}

/** Prints the machine. */
export function printEnvironment(): void {
  const { cpu, cores, node, v8 } = environment();
  console.log(`${cpu}, ${String(cores)} cores, Node ${node}, V8 ${v8}`);
}

/** Prints figures as one line of JSON, with the machine. */
export function printJson(bench: string, figures: object): void {
  console.log(JSON.stringify({ bench, ...environment(), ...figures }));
}

/** Time and memory of an engine in the line of JSON; `speedup` is its time / this library's time. */
interface LineFigures {
  readonly ms: number;
  readonly rss_mb: number;
  readonly speedup?: number;
}

/** JSON fields of a network's bench. */
export function networkLine(figures: NetworkFigures, peers: ReadonlySet<string>): object {
  const { net, size, threads, mode, calibrationGflops, engines } = figures;
  const [ours, ...others] = engines;
  const measured = others.filter(({ name }) => peers.has(name));
  const figuresOf = ({ medianMs, rssMb }: NamedFigures): LineFigures => ({
    ms: rounded(medianMs, 1),
    rss_mb: rounded(rssMb, 0),
  });
  const agreement = measured.map(({ argmaxAgreement }) => argmaxAgreement);
  return {
    ...{ net, size, threads, mode },
    calibration_gflops: rounded((calibrationGflops[0] + calibrationGflops[1]) / 2, 1),
    ours: figuresOf(ours),
    peers: Object.fromEntries(
      measured.map((peer) => {
        const speedup = rounded(peer.medianMs / ours.medianMs, 2);
        return [peer.name, { ...figuresOf(peer), speedup }];
      }),
    ),
    argmax_agreement: agreement.length > 0 ? Math.min(...agreement) : null,
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** Prints the figures of a network's bench as a table. */
export function printNetwork(figures: NetworkFigures): void {
  const { title, size, threads, mode, calibrationGflops, engines, missing } = figures;
  printEnvironment();
  printCalibration(calibrationGflops);
  const threadsText = threads === 1 ? 'one thread' : `${String(threads)} threads`;
  console.log(`${title}, ${String(size)}×${String(size)}, ${threadsText}, mode ${mode}:`);
  const [ours, ...others] = engines;
  console.log(row(ours.name, ours));
  for (const engine of others) {
    const times = (engine.medianMs / ours.medianMs).toFixed(2);
    console.log(`${row(engine.name, engine)}; ${times}× the time of ${ours.name}`);
  }
  for (const { name, argmaxAgreement, largestDifference, classesSeen } of others) {
    console.log(
      `${name} against ${ours.name}: ${(argmaxAgreement * 100).toFixed(4)} % of the pixels of the ` +
        `same of ${String(classesSeen)} classes; largest difference ` +
        `${largestDifference.toExponential(1)} of the largest score`,
    );
  }
  for (const [name, why] of Object.entries(missing)) console.log(`${name}: not measured: ${why}`);
}

/** Prints the figures of the embedded model. */
export function printEmbedded({ width, height, medianMs, rangeMs, rssMb }: EmbeddedFigures): void {
  printEnvironment();
  const range = rangeMs.map((ms) => ms.toFixed(0)).join('–');
  console.log(
    `fcn segment of a photo of ${String(width)}×${String(height)} with the embedded model, from the start of ` +
      `the process to its end: ${medianMs.toFixed(0)} ms (${range}), ${rssMb.toFixed(0)} MB peak RSS`,
  );
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

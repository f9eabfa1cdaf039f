/**
 * `npm run bench -- fcn8s --size 256 --threads 1 --json`: a network on this library and on third-party
 * engines; `layers`: the same for single layers; `sizes`: time and memory by the size of the image;
 * `embedded`, `train`, `ops relu conv2d`. `npm run bench` alone measures and stores all figures of
 * docs/performance.md, which `npm run bench -- report` writes.
 */
import { constants } from 'node:os';
import { Command } from 'commander';
import { failureOf } from '../src/cli/shell/failure.js';
import { benchEmbedded, embeddedObstacle } from './models/bench-embedded.js';
import { benchNetwork, type NetworkFigures } from './models/bench-network.js';
import { benchTrain, type TrainBenchOptions } from './models/bench-train.js';
import { LAYER_NETWORKS } from './models/layers.js';
import { NETWORKS, networkNamed } from './models/networks.js';
import { benchOps } from './ops/all.js';
import { addCompareOptions, countParser, networkBench, type CompareOptions } from './options.js';
import { PEERS } from './engines/engines.js';
import { writePerformancePage } from './page/performance.js';
import {
  networkLine,
  printEmbedded,
  printEnvironment,
  printJson,
  printNetwork,
  printTrain,
} from './report.js';
import { saveResult } from './results.js';

/** Largest accepted extent of an input. */
const MOST_PIXELS = 4096;

/** Extents of `sizes`. */
const SIZES = [128, 256, 384, 512, 768, 1024];

const LAYER_NAMES = Object.keys(LAYER_NETWORKS);

const peerNames = new Set(PEERS.map(({ name }) => name));
const program = new Command('bench').option('--json', 'end each part with one line of JSON');

function wantsJson(): boolean {
  return program.opts<{ json?: true }>().json === true;
}

async function measured(
  net: string,
  size: number,
  options: CompareOptions,
): Promise<NetworkFigures> {
  const figures = await benchNetwork(await networkBench(net, size, options));
  printNetwork(figures);
  return figures;
}

async function network(
  net: string,
  { size, ...options }: CompareOptions & { readonly size: number },
): Promise<void> {
  const figures = await measured(net, size, options);
  if (options.save) saveResult(`${net}-${String(size)}-${String(options.threads)}`, figures);
  if (wantsJson()) console.log(JSON.stringify(networkLine(figures, peerNames)));
}

/** One network or layer after another. */
async function series(
  name: string,
  members: readonly (readonly [net: string, size: number])[],
  options: CompareOptions,
): Promise<void> {
  const all: NetworkFigures[] = [];
  for (const [net, size] of members) all.push(await measured(net, size, options));
  if (options.save) saveResult(`${name}-${String(options.threads)}`, all);
  if (wantsJson()) printJson(name, { lines: all.map((one) => networkLine(one, peerNames)) });
}

async function embedded({ runs, save }: { runs: number; save?: true }): Promise<void> {
  const obstacle = embeddedObstacle();
  if (obstacle !== null) {
    console.log(`embedded model: not measured: ${obstacle}`);
    return;
  }
  const figures = await benchEmbedded(runs);
  printEmbedded(figures);
  if (save) saveResult('embedded', figures);
  if (wantsJson()) printJson('embedded', figures);
}

async function train(options: TrainBenchOptions & { readonly save?: true }): Promise<void> {
  const figures = await benchTrain(options);
  printTrain(figures);
  if (options.save) saveResult('train', figures);
  if (wantsJson()) printJson('train', figures);
}

async function ops(names: readonly string[]): Promise<void> {
  printEnvironment();
  const rows = await benchOps(names);
  if (wantsJson()) printJson('ops', { rows });
}

/** Measures and stores all figures of the page. */
async function everything(): Promise<void> {
  for (const args of EVERYTHING) await program.parseAsync([...args, '--save'], { from: 'user' });
}

/** Other ways of this library, shown on the page for large networks. */
const OTHER_WAYS = ['--with', 'no-region,low-memory,least-memory,exact'];

/** Benches of the page; slow ones are repeated less often. */
const EVERYTHING: readonly (readonly string[])[] = [
  ...['1', '2'].flatMap((threads) => [
    ['fcn8s', '--size', '500', '--threads', threads, '--runs', '3', ...OTHER_WAYS],
    ['fcn8s', '--size', '256', '--threads', threads, '--runs', '5', ...OTHER_WAYS],
    ['fcn-resnet50', '--threads', threads, '--runs', '3', '--with', 'exact'],
    ['fcn8s-pets', '--threads', threads, '--runs', '9', '--with', 'exact'],
  ]),
  ['layers', '--runs', '3'],
  ['sizes', '--runs', '1', '--peers', 'onnxruntime-web,onnxruntime-node'],
  ['embedded'],
  ['train'],
];

const size = countParser(MOST_PIXELS);

for (const [name, { title, size: usual }] of Object.entries(NETWORKS)) {
  const command = program.command(name).description(title);
  addCompareOptions(
    command.option('--size <pixels>', 'extent of the input', size, usual),
    5,
  ).action((options: CompareOptions & { readonly size: number }) => network(name, options));
}
addCompareOptions(program.command('layers'), 5)
  .description('the layers of the networks, one by one')
  .argument('[names...]', `some of ${LAYER_NAMES.join(', ')}; default all`)
  .action((names: readonly string[], options: CompareOptions) => {
    const unknown = names.filter((name) => !LAYER_NAMES.includes(name));
    if (unknown.length > 0) {
      program.error(`error: no layer ${unknown.join(', ')}; there are ${LAYER_NAMES.join(', ')}`);
    }
    const wanted = names.length > 0 ? names : LAYER_NAMES;
    const members = wanted.map((name) => [name, networkNamed(name).size] as const);
    return series('layers', members, options);
  });
addCompareOptions(program.command('sizes'), 3)
  .description('FCN-8s VGG16 by the size of the image')
  .action((options: CompareOptions) =>
    series(
      'sizes',
      SIZES.map((extent) => ['fcn8s', extent]),
      options,
    ),
  );
program
  .command('embedded')
  .description('fcn segment with the embedded model, from start to end')
  .option('--runs <n>', 'timed runs', countParser(1000), 7)
  .option('--save', 'keep the figures in bench/results')
  .action(embedded);
program
  .command('train')
  .description('a training step of FCN-8s SqueezeNet')
  .option('--size <pixels>', 'extent of the square photos', size, 224)
  .option('--runs <n>', 'timed steps', countParser(1000), 5)
  .option('--save', 'keep the figures in bench/results')
  .action(train);
program
  .command('ops')
  .description('single kernels against the reference')
  .argument('[names...]', 'ops to measure; all by default')
  .action(ops);
program
  .command('report')
  .description('write the tables and plots of docs/performance.md from bench/results')
  .action(writePerformancePage);
program.action(everything);

// Temporary files are removed when the process exits, so exit on a signal.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

program.exitOverride();
for (const command of program.commands) command.exitOverride();
try {
  await program.parseAsync();
} catch (error) {
  // commander has written its own message
  const { exitCode, message } = failureOf(error);
  if (message !== '') console.error(`bench: ${message}`);
  process.exitCode = exitCode;
}

/**
 * `npm run bench`: every op against the reference, then FCN-8s against onnxruntime-web, then a training
 * step. `npm run bench -- ops relu conv2d`, `npm run bench -- fcn8s --size 256 --runs 5 --json`: a part.
 */
import { Command } from 'commander';
import { benchFcn8s, type NetworkBenchOptions } from './models/fcn8s.bench.js';
import { benchTrain } from './models/train.bench.js';
import { benchOps } from './ops/all.js';
import { printEnvironment, printFcn8s, printJson, printTrain } from './report.js';

async function ops(names: readonly string[]): Promise<void> {
  printEnvironment();
  const rows = await benchOps(names);
  if (wantsJson()) printJson('ops', { rows });
}

async function fcn8s(options: NetworkBenchOptions): Promise<void> {
  const figures = await benchFcn8s(options);
  printFcn8s(figures);
  if (wantsJson()) printJson('fcn8s', figures);
}

async function train(options: NetworkBenchOptions): Promise<void> {
  const figures = await benchTrain(options);
  printTrain(figures);
  if (wantsJson()) printJson('train', figures);
}

const program = new Command('bench').option('--json', 'end each part with one line of JSON');

function wantsJson(): boolean {
  return program.opts<{ json?: true }>().json === true;
}

program.command('ops').argument('[names...]', 'ops to measure; all by default').action(ops);
program
  .command('fcn8s')
  .option('--size <pixels>', 'extent of the square input', Number, 500)
  .option('--runs <n>', 'timed runs of each engine', Number, 5)
  .action(fcn8s);
program
  .command('train')
  .option('--size <pixels>', 'extent of the square photos', Number, 224)
  .option('--runs <n>', 'timed steps', Number, 5)
  .action(train);
program.action(async () => {
  await ops([]);
  await fcn8s({ size: 500, runs: 5 });
  await train({ size: 224, runs: 5 });
});
await program.parseAsync();

import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseThreads } from '../../options/parse-threads.js';
import { parseTolerance } from '../../options/parse-tolerance.js';
import { PREPROCESS_OPTION } from '../../options/preprocess-option.js';
import type { RunCommandOptions } from './run.js';

/** Adds `fcn run`. */
export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description(
      'Run a network on arrays or images, show every blob, and compare the blobs with expected ones.',
    )
    .requiredOption(
      '--net <NET>',
      'prototxt, ONNX file, model file, or a network name such as voc-fcn8s or onnx-fcn-resnet50-12',
    )
    .option('--weights <FILE>', 'weights in any format; ONNX and model files contain theirs')
    .addOption(
      new Option(
        '-i, --input <NAME=FILE>',
        'input file: .npy, .npz[:KEY], PNG or JPEG; NAME= is optional if the network has one input',
      )
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], 'none'),
    )
    .option(...PREPROCESS_OPTION)
    .option('--out <FILE>', 'output file: .npz, or .npy for a single blob')
    .option(
      '--blobs <A,B,…>',
      'blobs to compute (default: all; in fast mode, the outputs)',
      parseList,
    )
    .addOption(
      new Option(
        '--mode <MODE>',
        'exact: bit-identical to the definition; fast: within float32 rounding; float64: in double precision',
      )
        .choices(['exact', 'fast', 'float64'])
        .default('exact'),
    )
    .option('--threads <N>', 'number of threads; the result does not depend on it', parseThreads, 1)
    .option(
      '--compare <FILE>',
      'an .npz file of expected blobs; exit code 1 if a difference exceeds the tolerance',
    )
    .option(
      '--tolerance <R>',
      'largest allowed difference, relative to the largest absolute value of the blob',
      parseTolerance,
      1e-5,
    )
    .option('--json', 'print one line of JSON instead of the table')
    .addHelpText(
      'after',
      '\nExample: fcn run --net voc-fcn8s --input photo.jpg --compare expected.npz' +
        '\n\nExit codes: 0 done, 1 failed or tolerance exceeded, 2 wrong usage, 3 model refused.',
    )
    .action(async (options: RunCommandOptions) => {
      const { runNetwork } = await import('./run.js');
      await runNetwork(options);
    });
}

function parseList(text: string): string[] {
  const names = text.split(',').filter((name) => name !== '');
  if (names.length > 0) return names;
  throw new InvalidArgumentError('It must be names of blobs, as in fc7,score.');
}

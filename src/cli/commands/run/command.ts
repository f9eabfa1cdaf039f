import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseThreads } from '../../options/parse-threads.js';
import { parseTolerance } from '../../options/parse-tolerance.js';
import { PREPROCESS_OPTION } from '../../options/preprocess-option.js';
import type { RunOptions } from './run.js';

/** Adds `fcn run`. */
export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('Compute a network on arrays or pictures, blob by blob, and compare.')
    .requiredOption(
      '--net <NET>',
      'prototxt, ONNX file, model file, or a name such as voc-fcn8s or onnx-fcn-resnet50-12',
    )
    .option('--weights <FILE>', 'weights in any format; ONNX and model files hold their own')
    .option(
      '-i, --input <NAME=FILE>',
      'an input: .npy, .npz[:KEY], PNG or JPEG; NAME= may be left out if there is one',
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .option(...PREPROCESS_OPTION)
    .option('--out <FILE>', 'what was computed: .npz, or .npy for one blob')
    .option('--blobs <A,B,…>', 'only these (default: all; in fast mode the outputs)', parseList)
    .addOption(
      new Option('--mode <MODE>', 'exact: bits of the definition; fast: within rounding of it')
        .choices(['exact', 'fast', 'float64'])
        .default('exact'),
    )
    .option('--threads <N>', 'threads that compute; no result depends on them', parseThreads, 1)
    .option('--compare <FILE>', 'an .npz of expected blobs; exit code 1 if one is further off')
    .option(
      '--tolerance <R>',
      "largest difference allowed, as a share of a blob's largest number",
      parseTolerance,
      1e-5,
    )
    .option('--json', 'one line of JSON instead of the table')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed or beyond the tolerance, 2 wrong usage, 3 network refused.',
    )
    .action(async (options: RunOptions) => {
      const { runNetwork } = await import('./run.js');
      await runNetwork(options);
    });
}

function parseList(text: string): string[] {
  const names = text.split(',').filter((name) => name !== '');
  if (names.length > 0) return names;
  throw new InvalidArgumentError('It must be names of blobs, as in fc7,score.');
}

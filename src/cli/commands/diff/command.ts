import type { Command } from 'commander';
import type { DiffOptions } from './findings.js';
import { parseSize } from '../../options/parse-size.js';
import { parseTolerance } from '../../options/parse-tolerance.js';

/** Adds `fcn diff`. */
export function addDiffCommand(program: Command): void {
  program
    .command('diff')
    .description('Compare two files of weights or blobs, two networks, or two label maps.')
    .argument(
      '<A>',
      'weights in any format, .npz of blobs, prototxt, network name, or PNG label map',
    )
    .argument('<B>', 'file or name to compare with A')
    .option(
      '--tolerance <R>',
      'largest allowed difference, relative to the largest absolute value of the array in A; for label maps, the share of pixels that may differ',
      parseTolerance,
      0,
    )
    .option(
      '--network',
      'compare layers instead of weights, for files that contain both (ONNX, model files)',
    )
    .option('--size <HxW>', 'height and width of the image, for networks', parseSize, [500, 500])
    .option('--out <FILE>', 'PNG that shows where the label maps differ')
    .option('--json', 'print one line of JSON instead of the table')
    .addHelpText(
      'after',
      '\nExample: fcn diff before.safetensors after.safetensors --tolerance 1e-6' +
        '\n\nExit codes: 0 equal, 1 different, 2 wrong usage, 3 a file was refused.',
    )
    .action(async (a: string, b: string, options: DiffOptions) => {
      const { runDiff } = await import('./run.js');
      await runDiff(a, b, options);
    });
}

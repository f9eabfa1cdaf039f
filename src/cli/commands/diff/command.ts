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
      'weights of any format, .npz of blobs, prototxt, network name, or PNG label map',
    )
    .argument('<B>', 'what is compared with it')
    .option(
      '--tolerance <R>',
      'largest difference allowed, as a share of the largest number of an array in A; of label maps, of the pixels',
      parseTolerance,
      0,
    )
    .option('--network', 'compare layers, not numbers, of files that hold both (ONNX, model files)')
    .option('--size <HxW>', 'height and width of the image for networks', parseSize, [500, 500])
    .option('--out <FILE>', 'PNG of where label maps differ')
    .option('--json', 'one line of JSON instead of the table')
    .addHelpText(
      'after',
      '\nExit codes: 0 equal, 1 different, 2 wrong usage, 3 a file was refused.',
    )
    .action(async (a: string, b: string, options: DiffOptions) => {
      const { runDiff } = await import('./run.js');
      await runDiff(a, b, options);
    });
}

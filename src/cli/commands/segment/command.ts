import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseBytes } from '../../options/parse-bytes.js';
import { parseThreads } from '../../options/parse-threads.js';
import { PREPROCESS_OPTION } from '../../options/preprocess-option.js';
import type { SegmentOptions } from './run.js';

/** Adds `fcn segment`. */
export function addSegmentCommand(program: Command): void {
  program
    .command('segment')
    .description('Segment photos: write a class map and an overlay for each photo.')
    .argument('<IN...>', 'PNG or JPEG files, or folders that contain them (subfolders are ignored)')
    .option('-o, --out <DIR>', 'output folder for NAME.png (class map) and NAME.overlay.png', 'out')
    .option(
      '--model <FILE|NAME>',
      'model file, published weights (.caffemodel, .pth, .npz, .mat), ONNX file, or a downloaded name from fcn models' +
        ' (default: the embedded FCN-8s)',
    )
    .option('--weights <FILE>', 'weights of a network without weights, such as a prototxt')
    .option('--net <NAME>', 'network of the weights, if the file does not identify it')
    .option('--head <NAME>', 'output to draw, if the network has several (default: the first)')
    .option(
      '--depth <FILE|DIR>',
      'depth of the photo in millimetres (16-bit PNG or .npy), or a folder with NAME.png; for networks with two inputs',
    )
    .option('--hha <FILE|DIR>', 'depth of the photo encoded as HHA (PNG or JPEG), or a folder')
    .option(...PREPROCESS_OPTION)
    .option('--threads <N>', 'number of threads; the result does not depend on it', parseThreads, 1)
    .addOption(
      new Option(
        '--mode <MODE>',
        'exact: bit-identical to the definition; fast: within float32 rounding of it',
      )
        .choices(['fast', 'exact'])
        .default('fast'),
    )
    .option(
      '--memory <SIZE>',
      'memory limit for weights and activations, such as 700MB',
      parseBytes,
    )
    .option(
      '--opacity <A>',
      'opacity of the class colours in the overlay, 0 to 1',
      parseOpacity,
      0.5,
    )
    .option('--json', 'print one line of JSON per photo')
    .addHelpText(
      'after',
      '\nThis command never downloads; run fcn download first. For a network with HHA as its only input, pass HHA images as photos.' +
        '\nTwo photos with the same NAME, or a result that would overwrite a photo, stop the command before any work.' +
        '\n\nExample: fcn segment holiday.jpg --model voc-fcn8s --out results' +
        '\n\nExit codes: 0 done, 1 some photos failed, 2 wrong usage, 3 model refused, 130 interrupted.',
    )
    .action(async (inputs: string[], options: SegmentOptions) => {
      const { runSegment } = await import('./run.js');
      await runSegment(inputs, options);
    });
}

function parseOpacity(text: string): number {
  const opacity = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  if (!(opacity >= 0 && opacity <= 1)) {
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  }
  return opacity;
}

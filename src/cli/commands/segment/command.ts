import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseBytes } from '../../options/parse-bytes.js';
import { parseThreads } from '../../options/parse-threads.js';
import { PREPROCESS_OPTION } from '../../options/preprocess-option.js';
import type { SegmentOptions } from './run.js';

/** Adds `fcn segment`. */
export function addSegmentCommand(program: Command): void {
  program
    .command('segment')
    .description('Write the class map and an overlay of every photo.')
    .argument('<IN...>', 'PNG and JPEG files, and folders of them (not their sub-folders)')
    .option('-o, --out <DIR>', 'folder for NAME.png (class map) and NAME.overlay.png', 'out')
    .option(
      '--model <FILE|NAME>',
      'model file, published weights (.caffemodel, .pth, .npz, .mat), an ONNX file, or a downloaded entry of fcn models' +
        ' (default: the embedded FCN-8s)',
    )
    .option('--net <NAME>', 'published network of the weights, where they do not tell')
    .option('--head <NAME>', 'which scores to draw, of networks with several (default: the first)')
    .option(
      '--depth <FILE|DIR>',
      'depth in millimetres (PNG of 16 bits, .npy) of the photo, or a folder with NAME.png, for networks of two pictures',
    )
    .option('--hha <FILE|DIR>', 'the same coded as HHA (PNG, JPEG)')
    .option(...PREPROCESS_OPTION)
    .option('--threads <N>', 'threads that compute; no result depends on them', parseThreads, 1)
    .addOption(
      new Option('--mode <MODE>', 'exact: the bits of the definition; fast: within rounding of it')
        .choices(['fast', 'exact'])
        .default('fast'),
    )
    .option('--memory <SIZE>', 'most that weights and maps may take, such as 700MB', parseBytes)
    .option('--opacity <A>', 'weight of the colours in the overlay, 0 to 1', parseOpacity, 0.5)
    .option('--json', 'one line of JSON per photo on stdout')
    .addHelpText(
      'after',
      '\nNothing is downloaded here; see fcn download. A network that looks at HHA alone takes pictures of HHA as photos.' +
        '\nTwo photos of the same NAME, or a result that would replace a photo, are refused before any work.' +
        '\nExit codes: 0 done, 1 some photos failed, 2 wrong usage, 3 model refused, 130 interrupted.',
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

import { Option, type Command } from 'commander';
import { parseSize } from '../../options/parse-size.js';
import type { InspectCommandOptions } from './run.js';

/** Adds `fcn inspect`. */
export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .description('Show layer by layer how a network would be computed, without running it.')
    .argument('<MODEL>', 'model file, ONNX file, prototxt, or a network name such as voc-fcn8s')
    .requiredOption('--size <HxW>', 'height and width of the image, such as 500x375', parseSize)
    .addOption(
      new Option(
        '--mode <MODE>',
        'exact: bit-identical to the definition; fast: within float32 rounding of it',
      )
        .choices(['fast', 'exact'])
        .default('fast'),
    )
    .option('--json', 'print one line of JSON instead of the table')
    .option('--svg <FILE>', 'write a drawing of the network and of its memory over time')
    .addHelpText(
      'after',
      '\nExample: fcn inspect voc-fcn8s --size 500x375 --svg network.svg' +
        '\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 model refused.',
    )
    .action(async (model: string, options: InspectCommandOptions) => {
      const { runInspect } = await import('./run.js');
      await runInspect(model, options);
    });
}

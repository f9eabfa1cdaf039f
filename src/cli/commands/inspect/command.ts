import { Option, type Command } from 'commander';
import type { InspectOptions } from './run.js';
import { parseSize } from '../../options/parse-size.js';

/** Adds `fcn inspect`. */
export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .description('Show how a network would be computed, layer by layer, without running it.')
    .argument('<MODEL>', 'model file, ONNX file, prototxt, or a name, such as voc-fcn8s')
    .requiredOption('--size <HxW>', 'height and width of the image, as in 500x375', parseSize)
    .addOption(
      new Option('--mode <MODE>', 'exact: the bits of the definition; fast: within rounding of it')
        .choices(['fast', 'exact'])
        .default('fast'),
    )
    .option('--json', 'one line of JSON instead of the table')
    .option('--svg <FILE>', 'draw the network, and its memory over time')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 model refused.')
    .action(async (model: string, options: InspectOptions) => {
      const { runInspect } = await import('./run.js');
      await runInspect(model, options);
    });
}

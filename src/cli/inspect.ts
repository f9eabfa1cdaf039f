import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Pair } from '../core/shape.js';
import type { InspectOptions } from './inspect/run.js';

/** Adds `fcn inspect`. */
export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .description('Show how a network would be computed, layer by layer, without running it.')
    .argument('<MODEL>', 'model file, .safetensors, or the name of a network, such as voc-fcn8s')
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
      const { runInspect } = await import('./inspect/run.js');
      await runInspect(model, options);
    });
}

/** Beyond any photo; one side. */
const MOST_PIXELS = 65536;

function parseSize(text: string): Pair {
  const [, height, width] = (/^(\d+)[x×](\d+)$/i.exec(text) ?? []).map(Number);
  const fits = (extent: number): boolean => extent >= 1 && extent <= MOST_PIXELS;
  if (fits(height) && fits(width)) return [height, width];
  throw new InvalidArgumentError('It must be height and width, as in 500x375.');
}

import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Pair } from '../../../core/shape.js';
import type { PackCommandOptions } from './run.js';
import { parseBytes } from '../../options/parse-bytes.js';

/** Adds `fcn pack`. */
export function addPackCommand(program: Command): void {
  program
    .command('pack')
    .description('Write a model with its weights as plans read them: it loads faster.')
    .argument('<MODEL>', 'model file, .safetensors')
    .requiredOption('-o, --out <FILE>', 'the packed model, .safetensors')
    .requiredOption('--size <HxW...>', 'heights and widths of the images, such as 500x375', addSize)
    .addOption(
      new Option('--mode <MODE>', 'the mode it will be used in')
        .choices(['fast', 'exact'])
        .default('fast'),
    )
    .option('--memory <SIZE>', 'the budget it will be used with, such as 700MB', parseBytes)
    .addHelpText(
      'after',
      '\nA packed model takes images of those sizes, and of others for which weights are packed alike.' +
        '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 model refused.',
    )
    .action(async (model: string, options: PackCommandOptions) => {
      const { runPack } = await import('./run.js');
      await runPack(model, options);
    });
}

function addSize(text: string, sizes: readonly Pair[] = []): readonly Pair[] {
  const [, height, width] = (/^(\d{1,5})x(\d{1,5})$/.exec(text) ?? []).map(Number);
  if (!(height >= 1 && width >= 1)) {
    throw new InvalidArgumentError('It must be a height and a width, such as 500x375.');
  }
  return [...sizes, [height, width]];
}

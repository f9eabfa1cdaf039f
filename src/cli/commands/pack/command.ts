import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Pair } from '../../../core/shape.js';
import type { PackCommandOptions } from './run.js';
import { parseBytes } from '../../options/parse-bytes.js';

/** Adds `fcn pack`. */
export function addPackCommand(program: Command): void {
  program
    .command('pack')
    .description(
      'Write a model file with its weights stored in the layout that the kernels read, so that it loads faster.',
    )
    .argument('<MODEL>', 'model file, .safetensors')
    .requiredOption('-o, --out <FILE>', 'output file, .safetensors')
    .requiredOption('--size <HxW...>', 'photo sizes (height x width), such as 500x375', addSize)
    .addOption(
      new Option('--mode <MODE>', 'mode in which the packed model will run')
        .choices(['fast', 'exact'])
        .default('fast'),
    )
    .option(
      '--memory <SIZE>',
      'memory limit with which the packed model will run, such as 700MB',
      parseBytes,
    )
    .addHelpText(
      'after',
      '\nA packed model accepts photos of these sizes, and of other sizes that use the same weight layout.' +
        '\n\nExample: fcn pack fcn8s.safetensors --size 500x375 375x500 -o fcn8s-packed.safetensors' +
        '\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 model refused.',
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

import type { Command } from 'commander';
import type { EvalOptions } from './run.js';

/** Adds `fcn eval`. */
export function addEvalCommand(program: Command): void {
  program
    .command('eval')
    .description('Score a model on a list of labelled photos, at their own resolution.')
    .requiredOption('--model <FILE>', 'model file, .safetensors')
    .requiredOption('--data <DIR>', 'folder with images/NAME.jpg and labels/NAME.png')
    .option('--list <FILE>', 'list of the NAMEs, one a line, in that folder', 'val.txt')
    .option('--json', 'the scores as JSON on stdout')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 model refused, 130 interrupted.',
    )
    .action(async (options: EvalOptions) => {
      const { runEval } = await import('./run.js');
      await runEval(options);
    });
}

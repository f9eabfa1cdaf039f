import type { Command } from 'commander';
import type { TrainOptions } from './run.js';

/** Adds `fcn train`. */
export function addTrainCommand(program: Command): void {
  program
    .command('train')
    .description('Train the networks of a recipe, stage by stage.')
    .argument('<RECIPE>', 'recipe file, .json')
    .option('--out <DIR>', "folder for checkpoints, models and scores (default: the recipe's)")
    .option('--resume', 'go on with the run that is in the folder')
    .option('--stage <NAME>', 'run this stage only')
    .addHelpText(
      'after',
      '\nData and weights are looked for from the folder of the recipe and from FCN_SHARED.' +
        '\nCtrl-C finishes the step and writes a checkpoint; --resume goes on with the same bits.' +
        '\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.',
    )
    .action(async (recipe: string, options: TrainOptions) => {
      const { runTrain } = await import('./run.js');
      await runTrain(recipe, options);
    });
}

import type { Command } from 'commander';
import type { TrainOptions } from './run.js';

/** Adds `fcn train`. */
export function addTrainCommand(program: Command): void {
  program
    .command('train')
    .description('Train the networks of a recipe, one stage after the other.')
    .argument('<RECIPE>', 'recipe file, .json')
    .option(
      '--out <DIR>',
      'output folder for checkpoints, models and scores (default: the one in the recipe)',
    )
    .option('--resume', 'continue the run in the output folder')
    .option('--stage <NAME>', 'run only this stage')
    .addHelpText(
      'after',
      '\nPaths of data and weights are relative to the folder of the recipe, then to FCN_SHARED.' +
        '\nCtrl-C finishes the current step and writes a checkpoint; --resume then continues bit-identically.' +
        '\n\nExample: fcn train recipe.json --out runs/first' +
        '\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.',
    )
    .action(async (recipe: string, options: TrainOptions) => {
      const { runTrain } = await import('./run.js');
      await runTrain(recipe, options);
    });
}

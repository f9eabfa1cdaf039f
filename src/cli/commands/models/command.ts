import type { Command } from 'commander';

/** Adds `fcn models`. */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .description('List the published FCN weights and show which of them are in the cache.')
    .argument('[NAME]', 'show the details of this entry')
    .option('--json', 'print all details as JSON')
    .addHelpText(
      'after',
      '\nExample: fcn models voc-fcn8s' + '\n\nExit codes: 0 done, 1 failed, 2 wrong usage.',
    )
    .action(async (name: string | undefined, options: { readonly json?: boolean }) => {
      const { runModels } = await import('./run.js');
      await runModels(name, options.json ?? false);
    });
}

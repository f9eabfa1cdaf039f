import type { Command } from 'commander';

/** Adds `fcn models`. */
export function addModelsCommand(program: Command): void {
  program
    .command('models')
    .description('List the published weights of FCNs, and which of them are in the cache.')
    .argument('[NAME]', 'all about one of them')
    .option('--json', 'everything that is known of each, as JSON on stdout')
    .action(async (name: string | undefined, options: { readonly json?: boolean }) => {
      const { runModels } = await import('./run.js');
      await runModels(name, options.json ?? false);
    });
}

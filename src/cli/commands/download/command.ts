import type { Command } from 'commander';

/** Adds `fcn download`. */
export function addDownloadCommand(program: Command): void {
  program
    .command('download')
    .description('Download published weights into the cache, checked against their digest.')
    .argument('<NAME>', 'as fcn models lists it')
    .option('--json', 'path, size and digest as JSON on stdout, instead of the path')
    .addHelpText(
      'after',
      '\nCache: FCN_HOME, else fcn in XDG_CACHE_HOME, else ~/.cache/fcn. FCN_MIRROR: address of a server' +
        '\nwith the same files. FCN_OFFLINE=1: nothing is fetched.' +
        '\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted (goes on where it stopped).',
    )
    .action(async (name: string, options: { readonly json?: boolean }) => {
      const { runDownload } = await import('./run.js');
      await runDownload(name, options.json ?? false);
    });
}

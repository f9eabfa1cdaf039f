import type { Command } from 'commander';

/** Adds `fcn download`. */
export function addDownloadCommand(program: Command): void {
  program
    .command('download')
    .description('Download published weights into the cache and check their digest.')
    .argument('<NAME>', 'name from fcn models')
    .option('--json', 'print path, size and digest as JSON instead of the path')
    .addHelpText(
      'after',
      '\nEnvironment:' +
        '\n  FCN_HOME       cache folder (default: $XDG_CACHE_HOME/fcn or ~/.cache/fcn)' +
        '\n  FCN_MIRROR     URL of a server with the same files' +
        '\n  FCN_OFFLINE=1  forbids every download' +
        '\n\nExample: fcn download voc-fcn8s' +
        '\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted (the next call continues the download).',
    )
    .action(async (name: string, options: { readonly json?: boolean }) => {
      const { runDownload } = await import('./run.js');
      await runDownload(name, options.json ?? false);
    });
}

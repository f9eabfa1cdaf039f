import { Option, type Command } from 'commander';
import { parseThreads } from '../../options/parse-threads.js';
import type { VerifyCommandOptions } from './run.js';

/** Adds `fcn verify`. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description(
      'Check published weights and their results on this machine against the published figures.',
    )
    .argument('[NAME]', 'name from fcn models; the weights are read from the cache')
    .option('--weights <FILE>', 'weights file to use instead of the cached one')
    .option('--net <NAME>', 'network of the weights, if neither NAME nor the file identifies it')
    .option('--demo <DIR>', "folder with image.jpg, output.png and label.png of the authors' demo")
    .option('--dataset <DIR>', 'data set folder to score, with images/NAME.jpg and labels/NAME.png')
    .option('--list <FILE>', 'file in that folder with one NAME per line', 'seg11valid.txt')
    .option('-o, --out <FILE>', 'file for the report (default: stdout)')
    .option('--threads <N>', 'number of threads; the result does not depend on it', parseThreads, 1)
    .addOption(
      new Option(
        '--mode <MODE>',
        'exact: bit-identical to the definition; fast: within float32 rounding of it',
      )
        .choices(['exact', 'fast'])
        .default('exact'),
    )
    .option('--json', 'write the report as JSON instead of Markdown')
    .addHelpText(
      'after',
      '\nThe report lists everything that could not be compared as "not checked".' +
        '\n\nExample: fcn verify voc-fcn8s --demo demo --out report.md' +
        '\n\nExit codes: 0 no difference, 1 a difference, 2 wrong usage, 3 weights refused, 130 interrupted.',
    )
    .action(async (name: string | undefined, options: VerifyCommandOptions) => {
      const { runVerify } = await import('./run.js');
      await runVerify(name, options);
    });
}

import { Option, type Command } from 'commander';
import { parseThreads } from '../../options/parse-threads.js';
import type { VerifyOptions } from './run.js';

/** Adds `fcn verify`. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('Compare published weights, and what they compute here, with what was published.')
    .argument('[NAME]', 'as fcn models lists it; its file is taken from the cache')
    .option('--weights <FILE>', 'file of the weights, instead of the cached one')
    .option('--net <NAME>', 'network of the file, where no NAME and no parameters tell')
    .option('--demo <DIR>', "image.jpg, output.png and label.png of the authors' demo")
    .option('--dataset <DIR>', 'labelled photos, images/NAME.jpg and labels/NAME.png, to score')
    .option('--list <FILE>', 'list of the NAMEs in that folder', 'seg11valid.txt')
    .option('-o, --out <FILE>', 'where the report goes (default: stdout)')
    .option('--threads <N>', 'threads that compute; no result depends on them', parseThreads, 1)
    .addOption(
      new Option('--mode <MODE>', 'exact: the bits of the definition; fast: within rounding of it')
        .choices(['exact', 'fast'])
        .default('exact'),
    )
    .option('--json', 'the report as JSON instead of Markdown')
    .addHelpText(
      'after',
      '\nWhat could not be compared is listed as not checked.' +
        '\nExit codes: 0 nothing differs, 1 something does, 2 wrong usage, 3 weights refused, 130 interrupted.',
    )
    .action(async (name: string | undefined, options: VerifyOptions) => {
      const { runVerify } = await import('./run.js');
      await runVerify(name, options);
    });
}

import type { Command } from 'commander';
import { PREPROCESS_OPTION } from '../../options/preprocess-option.js';
import type { EvalOptions } from './run.js';

/** Adds `fcn eval`. */
export function addEvalCommand(program: Command): void {
  program
    .command('eval')
    .description('Score a network on labelled photos at their original resolution.')
    .requiredOption('--model <FILE|NAME>', 'model file, ONNX file, published weights or their name')
    .option('--weights <FILE>', 'weights of a network without weights, such as a prototxt')
    .option('--net <NAME>', 'network of the weights, if the file does not identify it')
    .option(...PREPROCESS_OPTION)
    .requiredOption('--data <DIR>', 'data set folder with images/NAME.jpg and labels/NAME.png')
    .option('--list <FILE>', 'file in that folder with one NAME per line', 'val.txt')
    .option('--json', 'print the scores as JSON')
    .addHelpText(
      'after',
      '\nExample: fcn eval --model fcn8s.safetensors --data voc2011 --list seg11valid.txt' +
        '\n\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 model refused, 130 interrupted.',
    )
    .action(async (options: EvalOptions) => {
      const { runEval } = await import('./run.js');
      await runEval(options);
    });
}

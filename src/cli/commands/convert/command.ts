import { Option, type Command } from 'commander';
import { SAVED_FORMATS } from '../../../formats/saved-formats.js';
import type { ConvertOptions } from './run.js';
import { NETWORK_FORMATS } from './network-format.js';
import { parseSize } from '../../options/parse-size.js';

/** Adds `fcn convert`. */
export function addConvertCommand(program: Command): void {
  program
    .command('convert')
    .description(
      'Convert weights or networks to another format. The content of IN and the extension of OUT select the formats.',
    )
    .argument('<IN>', 'weights: .safetensors, .pth, .npz, .caffemodel, .onnx, .mat, …')
    .argument('<OUT>', 'output file')
    .addOption(
      new Option('--to <FORMAT>', 'format of OUT, instead of the one of its extension').choices([
        ...SAVED_FORMATS,
        ...NETWORK_FORMATS,
      ]),
    )
    .option('--weights <FILE>', 'for .onnx: weights of the network IN')
    .option('--net <NET>', 'for .onnx and .prototxt: network of the weights in IN')
    .option(
      '--size <HxW>',
      'for .onnx and .prototxt: height and width of the image (default: 500x500)',
      parseSize,
    )
    .option('--half', 'store weights in half precision (safetensors only)')
    .option('--json', 'print a report as JSON')
    .addHelpText(
      'after',
      '\nExample: fcn convert fcn8s-heavy-pascal.caffemodel fcn8s.safetensors' +
        '\n\nExit codes: 0 done, 1 OUT cannot be written, 2 wrong usage, 3 IN refused.',
    )
    .action(async (input: string, output: string, options: ConvertOptions) => {
      const { runConvert } = await import('./run.js');
      await runConvert(input, output, options);
    });
}

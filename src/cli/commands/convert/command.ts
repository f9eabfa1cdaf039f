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
      'Convert weights or networks between formats: read by content, written by the ending of OUT.',
    )
    .argument('<IN>', 'weights: .safetensors, .pth, .npz, .caffemodel, .onnx, .mat, …')
    .argument('<OUT>', 'file to write')
    .addOption(
      new Option('--to <FORMAT>', 'format of OUT, whatever its ending').choices([
        ...SAVED_FORMATS,
        ...NETWORK_FORMATS,
      ]),
    )
    .option('--net <NET>', 'for .onnx and .prototxt: the network that IN holds the weights of')
    .option(
      '--size <HxW>',
      'for .onnx and .prototxt: height and width of the image (default: 500x500)',
      parseSize,
    )
    .option('--half', 'half precision (safetensors)')
    .option('--json', 'what was done as JSON on stdout')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 OUT cannot be written, 2 wrong usage, 3 IN refused.',
    )
    .action(async (input: string, output: string, options: ConvertOptions) => {
      const { runConvert } = await import('./run.js');
      await runConvert(input, output, options);
    });
}

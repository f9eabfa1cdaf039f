import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addConvertCommand } from './commands/convert/command.js';
import { addDiffCommand } from './commands/diff/command.js';
import { addDownloadCommand } from './commands/download/command.js';
import { addEvalCommand } from './commands/eval/command.js';
import { oneLine } from './shell/exit-codes.js';
import { addHeatmapCommand } from './commands/heatmap/command.js';
import { addInspectCommand } from './commands/inspect/command.js';
import { addModelsCommand } from './commands/models/command.js';
import { addPackCommand } from './commands/pack/command.js';
import { addRunCommand } from './commands/run/command.js';
import { addSegmentCommand } from './commands/segment/command.js';
import { addTrainCommand } from './commands/train/command.js';
import { addVerifyCommand } from './commands/verify/command.js';

const HELP = `
Examples:
  fcn segment photo.jpg                        segment a photo with the embedded network
  fcn models                                   list published weights
  fcn download voc-fcn8s                       download weights
  fcn segment photo.jpg --model voc-fcn8s      segment a photo with them

Exit codes:
  0    done
  1    some of the work failed, or a comparison found a difference
  2    wrong usage, such as an unknown option, name or file
  3    a model, weights or network file was refused
  70   internal error; please report it with the output under FCN_DEBUG=1
  130  interrupted by Ctrl-C`;

/** Creates the command line. The implementation of a command is loaded when the command is called. */
export function createProgram(): Command {
  const manifest = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const program = new Command('fcn')
    .description(
      'Fully convolutional networks: segment photos, train, evaluate, convert and compare.',
    )
    .version(version)
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({
      outputError: (message, write) => {
        write(`fcn: ${oneLine(message.replace(/^error: /, ''))}\n`);
      },
    });
  addSegmentCommand(program);
  addHeatmapCommand(program);
  addInspectCommand(program);
  addPackCommand(program);
  addRunCommand(program);
  addTrainCommand(program);
  addEvalCommand(program);
  addConvertCommand(program);
  addDiffCommand(program);
  addModelsCommand(program);
  addDownloadCommand(program);
  addVerifyCommand(program);
  return program;
}

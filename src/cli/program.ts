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

/** The command line: every command, with what it does loaded only when it is called. */
export function createProgram(): Command {
  const manifest = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const program = new Command('fcn')
    .description('Fully convolutional networks: segment photos, train, evaluate.')
    .version(version)
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

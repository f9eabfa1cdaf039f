import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addConvertCommand } from './convert.js';
import { addDiffCommand } from './diff.js';
import { addDownloadCommand } from './download.js';
import { addEvalCommand } from './eval.js';
import { oneLine } from './exit-codes.js';
import { addHeatmapCommand } from './heatmap.js';
import { addInspectCommand } from './inspect.js';
import { addModelsCommand } from './models.js';
import { addPackCommand } from './pack.js';
import { addRunCommand } from './run.js';
import { addSegmentCommand } from './segment.js';
import { addTrainCommand } from './train.js';
import { addVerifyCommand } from './verify.js';

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

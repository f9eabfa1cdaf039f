#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT, exitCodeOf, oneLine } from './shell/exit-codes.js';
import { createProgram } from './program.js';

/** A reader that has seen enough, such as `head`, is no failure: what it no longer reads is dropped. */
function outliveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    });
  }
}

function report(error: unknown): void {
  // commander has written its own message, through outputError
  const message = error instanceof CommanderError ? '' : oneLine(error);
  if (message !== '') process.stderr.write(`fcn: ${message}\n`);
  if (process.env['FCN_DEBUG'] === '1' && exitCodeOf(error) !== EXIT.ok) console.error(error);
}

outliveClosedPipes();
try {
  await createProgram().parseAsync();
} catch (error) {
  report(error);
  process.exitCode = exitCodeOf(error);
}

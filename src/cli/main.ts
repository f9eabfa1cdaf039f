#!/usr/bin/env node
import { createProgram } from './program.js';
import { EXIT } from './shell/exit-codes.js';
import { failureOf } from './shell/failure.js';

/** A reader that has seen enough, such as `head`, is no failure: output that nobody reads is dropped. */
function outliveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    });
  }
}

outliveClosedPipes();
try {
  await createProgram().parseAsync();
} catch (error) {
  const { exitCode, message } = failureOf(error);
  if (message !== '') process.stderr.write(`fcn: ${message}\n`);
  if (process.env['FCN_DEBUG'] === '1' && exitCode !== EXIT.ok) console.error(error);
  process.exitCode = exitCode;
}

import assert from 'node:assert/strict';

/** How a command line was refused. */
export interface Refusal {
  /** What the process would tell the shell. */
  readonly code: number;
  /** What it would print on stderr. */
  readonly message: string;
}

/** Runs a command line that is to be refused, in this process: a test of its own kind is faster. */
export async function refusal(...args: readonly string[]): Promise<Refusal> {
  // Imported here, as commands import what they do: the test runner's static imports may be another
  // copy of the same modules, with error classes of its own.
  const { failureOf } = await import('../../src/cli/shell/failure.js');
  const { createProgram } = await import('../../src/cli/program.js');
  const program = createProgram();
  let printed = '';
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeErr: (text) => (printed += text) });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    const { exitCode, message } = failureOf(error);
    return { code: exitCode, message: printed === '' ? message : printed };
  }
  return assert.fail(`fcn ${args.join(' ')} was obeyed`);
}

import type { CliRun } from './run-cli.js';

/**
 * Runs a command line in this process, which is faster than one of its own. What commands refuse stands in
 * `stderr` as it would there.
 */
export async function runInProcess(...args: readonly string[]): Promise<CliRun> {
  // Imported here, as commands import what they do: the test runner's static imports may be another
  // copy of the same modules, with error classes of its own.
  const { failureOf } = await import('../../src/cli/shell/failure.js');
  const { createProgram } = await import('../../src/cli/program.js');
  const write = process.stdout.write.bind(process.stdout);
  let stdout = '';
  process.stdout.write = (text) => (stdout += String(text)) !== '';
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return { code: 0, stdout, stderr: '' };
  } catch (error) {
    const { exitCode, message } = failureOf(error);
    return { code: exitCode, stdout, stderr: message };
  } finally {
    process.stdout.write = write;
  }
}

import { writeFileAtomic } from '../../io/atomic-file.js';
import { CommandError, EXIT, type ExitCode } from './exit-codes.js';
import { isSystemError, systemReason } from './system-error.js';

/**
 * Writes an output file of a command atomically.
 *
 * @throws {@link CommandError} that names the file, if the operating system refuses.
 */
export async function writeOutput(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
): Promise<void> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  await orFail(EXIT.failed, `cannot write ${path}`, async () => await writeFileAtomic(path, bytes));
}

/**
 * Runs file work; an error of the operating system ends the command with an exit code and a subject. Other errors pass.
 *
 * @param subject - Begin of the message, such as `cannot write out.png`.
 */
export async function orFail<T>(
  exitCode: ExitCode,
  subject: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new CommandError(exitCode, `${subject}: ${systemReason(cause)}`, { cause });
  }
}

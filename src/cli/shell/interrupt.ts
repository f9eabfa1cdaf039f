import { CommandError, EXIT } from './exit-codes.js';

/**
 * Runs work that the first Ctrl-C stops by its signal, at a place that the work chooses; the second Ctrl-C ends
 * the process at once.
 *
 * @throws {@link CommandError} with exit code 130 if Ctrl-C was pressed, whether the work then ended or failed.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const onInterrupt = (): void => {
    if (signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', onInterrupt);
  try {
    const result = await work(signal);
    signal.throwIfAborted();
    return result;
  } catch (cause) {
    if (signal.aborted) throw new CommandError(EXIT.interrupted, 'interrupted', { cause });
    throw cause;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

import { CommandError, EXIT } from './exit-codes.js';

/**
 * Runs work that Ctrl-C asks to stop rather than kills: the first one aborts the signal, so that the
 * work can end at a place of its choice; the second one ends the process at once.
 *
 * @throws {@link CommandError} with exit code 130 if the work was asked to stop.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onInterrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', onInterrupt);
  try {
    const result = await work(controller.signal);
    if (controller.signal.aborted) throw new CommandError(EXIT.interrupted, 'interrupted');
    return result;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

import { InvalidArgumentError } from 'commander';

/**
 * A number of threads.
 *
 * @throws InvalidArgumentError of commander on anything but an integer from 1 to 1024.
 */
export function parseThreads(text: string): number {
  const threads = /^\d+$/.test(text) ? Number(text) : 0;
  if (!(threads >= 1 && threads <= 1024)) {
    throw new InvalidArgumentError('It must be an integer from 1 to 1024.');
  }
  return threads;
}

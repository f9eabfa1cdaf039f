import { OptionError } from '../../core/option-error.js';

/** The flag that stands for an option of the library, where the command line has another name for it. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ['network', '--net'],
  ['preprocessing', '--preprocess'],
]);

/** The message of an error, with options named by their flags. */
export function messageWithFlags(error: Error): string {
  if (!(error instanceof OptionError)) return error.message;
  return error.messageWith((option) => FLAGS.get(option) ?? `--${option}`);
}

import { OptionError } from '../../core/option-error.js';
import { OpenError } from '../../open/open-error.js';

/** Flags of options that the command line calls otherwise than the library. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ['network', '--net'],
  ['preprocessing', '--preprocess'],
]);

/** The flag of an option of the library. */
export function flagOf(option: string): string {
  return FLAGS.get(option) ?? `--${option}`;
}

/** The message of an error, with options named by their flags. */
export function messageWithFlags(error: Error): string {
  const namesOptions = error instanceof OptionError || error instanceof OpenError;
  return namesOptions ? error.messageWith(flagOf) : error.message;
}

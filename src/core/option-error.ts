import { FcnError } from './errors.js';

/** Name of an option in a message: the library writes `the option mode`, the command line `--mode`. */
export type OptionNaming = (option: string) => string;

/** An option that is missing, unknown, out of place, or has a value that is not accepted. */
export class OptionError extends FcnError {
  /** `OptionError`. */
  override name = 'OptionError';
  /** The message with options named as the caller knows them, such as by a flag. */
  readonly messageWith: (naming: OptionNaming) => string;

  constructor(message: string | ((naming: OptionNaming) => string)) {
    const messageWith = typeof message === 'string' ? () => message : message;
    super(messageWith((option) => `the option ${option}`));
    this.messageWith = messageWith;
  }
}

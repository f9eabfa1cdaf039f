import { FcnError } from '../core/errors.js';

/** Options of a segmenter, or of a call of it, that a mistake may be mended with. */
export type OptionName = 'network' | 'head' | 'preprocessing' | 'depth' | 'hha';

/** What an option is called: by the library, or by a command that has flags instead. */
export type OptionWords = (option: OptionName) => string;

/** An option that is missing, unknown or out of place. */
export class OptionError extends FcnError {
  /** `OptionError`. */
  override name = 'OptionError';
  /** The message of somebody who calls options otherwise. */
  readonly messageBy: (words: OptionWords) => string;

  constructor(messageBy: (words: OptionWords) => string) {
    super(messageBy((option) => `the option ${option}`));
    this.messageBy = messageBy;
  }
}

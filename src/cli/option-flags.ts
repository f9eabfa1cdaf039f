import { OptionError, type OptionName } from '../segment/option-error.js';

/** What the commands call the options of a segmenter. */
const FLAGS: Readonly<Record<OptionName, string>> = {
  network: '--net',
  head: '--head',
  preprocessing: '--preprocess',
  depth: '--depth',
  hha: '--hha',
};

/** The message of an error, where it speaks of options by the flags that stand for them. */
export function messageWithFlags(error: Error): string {
  return error instanceof OptionError ? error.messageBy((option) => FLAGS[option]) : error.message;
}

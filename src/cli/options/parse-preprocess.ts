import { FcnError } from '../../core/errors.js';
import type { Preprocessing } from '../../data/preprocessing.js';
import { parsePreprocessing } from '../../zoo/parse-preprocessing.js';
import { usageError } from '../shell/exit-codes.js';

/** What `--preprocess` says; anything that it cannot be is wrong usage. */
export function parsePreprocess(text: string): Preprocessing {
  try {
    return parsePreprocessing(text);
  } catch (error) {
    throw error instanceof FcnError ? usageError(`--preprocess: ${error.message}`) : error;
  }
}

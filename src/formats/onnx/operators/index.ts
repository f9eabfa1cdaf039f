import type { Operator } from '../operator.js';
import { ACTIVATION } from './activation.js';
import { ARITHMETIC } from './arithmetic.js';
import { CONSTANTS } from './constants.js';
import { CONVOLUTION } from './convolution.js';
import { LOSS } from './loss.js';
import { NORMALISATION } from './normalisation.js';
import { GATHER } from './gather.js';
import { POOLING } from './pooling.js';
import { REDUCTION } from './reduction.js';
import { RESHAPING } from './reshaping.js';
import { RESIZE } from './resize.js';

/** Supported operators of the domain ai.onnx, by name. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    ...ACTIVATION,
    ...ARITHMETIC,
    ...CONSTANTS,
    ...CONVOLUTION,
    ...LOSS,
    ...NORMALISATION,
    ...GATHER,
    ...POOLING,
    ...REDUCTION,
    ...RESHAPING,
    ...RESIZE,
  }),
);

import { FcnError } from '../core/errors.js';

/** A recipe file that cannot be read or is invalid, or that names missing data or weights. */
export class RecipeError extends FcnError {
  /** `RecipeError`. */
  override name = 'RecipeError';
}

import type { Backend } from '../../../backend/backend.js';
import type { Shape } from '../../../core/shape.js';
import type { Preprocessing } from '../../../data/preprocessing.js';
import type { Network } from '../../../nn/network.js';

/** A network with its weights. */
export interface RunnableNetwork {
  /** What computes; an observer sees every blob. */
  readonly network: Network;
  /** What became of the weights, where somebody should know. */
  readonly notes: readonly string[];
}

/** What a network takes. */
export interface PhotoSource {
  /** Names of what it takes. */
  readonly inputs: readonly string[];
  /** How a photo becomes its input; null where nothing says so. */
  readonly photo: Preprocessing | null;
}

/** A network before its inputs are known. */
export interface NetworkSource extends PhotoSource {
  /**
   * Builds it for inputs of these shapes.
   *
   * @throws {@link FcnError} if they or the weights do not fit.
   */
  open(
    backend: Backend,
    shapes: ReadonlyMap<string, Shape>,
  ): RunnableNetwork | Promise<RunnableNetwork>;
}

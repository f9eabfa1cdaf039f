import { noGrad } from '../autograd/no-grad.js';
import type { FloatArray } from '../backend/attributes.js';
import type { Backend } from '../backend/backend.js';
import type { WasmBackend } from '../backend/wasm/index.js';
import type { NetworkInput } from '../data/make-input.js';
import type { Module } from '../nn/module.js';
import type { Network } from '../nn/network.js';
import type { PlanMode } from '../plan/plan.js';
import { Tensor } from '../tensor/tensor.js';
import { PlanCache, type PlanCacheOptions } from './plan-cache.js';

/** Network that scores one image after another. */
export interface Scorer {
  /** Mode of computing. */
  readonly mode: PlanMode;
  /**
   * Computes the scores of an image and passes them to `use`.
   *
   * @param inputs - Inputs in the network's order, all of one size.
   * @param use - Receives the scores in the backend's memory, valid until it returns, and the hash of the plan that
   *   computed them, null without a plan.
   */
  score<T>(
    inputs: readonly NetworkInput[],
    use: (scores: FloatArray, planHash: string | null) => T,
  ): T;
  /** Frees the memory that is kept between images. */
  dispose(): void;
}

/** Options of {@link scoreByPlans}. */
export type ScorerOptions = Pick<
  PlanCacheOptions,
  'mode' | 'weights' | 'packed' | 'memory' | 'channels'
>;

/** Most bytes of plans kept for recent image sizes: about ten plans of FCN-8s at 500×500. */
const PLANS_BYTES = 2 ** 28;

/**
 * Scores photos by plans, which read the weights where they are stored.
 *
 * @param network - Network whose parameters may have shapes alone.
 */
export function scoreByPlans(
  backend: WasmBackend,
  network: Module | Network,
  options: ScorerOptions,
): Scorer {
  const { mode } = options;
  const plans = new PlanCache({ backend, network, budgetBytes: PLANS_BYTES, ...options });
  return {
    mode,
    score(inputs, use) {
      const [{ height, width }] = inputs;
      const plan = plans.planFor(height, width);
      const named = Array.from(plan.inputs.keys(), (name, i) => [name, inputs[i].data] as const);
      const [scores] = plan.runInPlace(new Map(named)).values();
      return use(scores, plan.hash);
    },
    dispose() {
      plans.dispose();
    },
  };
}

/** Scores photos op by op, on any backend. */
export function scoreByOps(backend: Backend, network: Network): Scorer {
  return {
    mode: 'exact',
    score(inputs, use) {
      const mark = backend.mark();
      try {
        const tensors = network.inputs.map((name, i) => {
          const { data, height, width } = inputs[i];
          const shape = [1, data.length / (height * width), height, width];
          return [name, Tensor.from(backend, data, shape)] as const;
        });
        const [scores] = noGrad(() => network.run(new Map(tensors))).values();
        return use(scores.data, null);
      } finally {
        backend.release(mark);
      }
    },
    dispose() {
      for (const tensor of network.parameters().values()) tensor.free();
    },
  };
}

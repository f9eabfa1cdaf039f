import { noGrad } from '../autograd/no-grad.js';
import type { Backend, FloatArray } from '../backend/backend.js';
import type { WasmBackend } from '../backend/wasm/index.js';
import type { NetworkInput } from '../data/make-input.js';
import type { Module } from '../nn/module.js';
import type { Network } from '../nn/network.js';
import type { PlanMode } from '../plan/plan.js';
import { Tensor } from '../tensor/tensor.js';
import { PlanCache, type PlanCacheOptions } from './plan-cache.js';

/** A network that scores one image after another. */
export interface Scorer {
  /** How it computes. */
  readonly mode: PlanMode;
  /**
   * Computes the scores of an image and hands them on.
   *
   * @param inputs - What the network takes, in its order, all of one size.
   * @param use - Gets the scores in the backend's memory, where they stay until it returns, and the hash
   *   of the plan that computed them; null without plans.
   */
  score<T>(
    inputs: readonly NetworkInput[],
    use: (scores: FloatArray, planHash: string | null) => T,
  ): T;
  /** Gives back what is kept between images. */
  dispose(): void;
}

/** What {@link scoreByPlans} may be told. */
export type ScorerOptions = Pick<
  PlanCacheOptions,
  'mode' | 'weights' | 'packed' | 'memory' | 'channels'
>;

/** Memory of plans that are kept for images of sizes that came before: of FCN-8s at 500×500, some ten. */
const PLANS_BYTES = 2 ** 28;

/**
 * By plans, which take the weights from where they are.
 *
 * @param network - Without weights of its own.
 * @param memory - Most bytes that it may take at any time; without it, as many as make it fastest.
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

import { noGrad } from '../autograd/no-grad.js';
import type { Backend, FloatArray } from '../backend/backend.js';
import type { WasmBackend } from '../backend/wasm/index.js';
import type { Shape } from '../core/shape.js';
import type { Module } from '../nn/module.js';
import type { PlanMode } from '../plan/plan.js';
import { Tensor } from '../tensor/tensor.js';
import { PlanCache } from './plan-cache.js';

/** A network that scores one image after another. */
export interface Scorer {
  /** How it computes. */
  readonly mode: PlanMode;
  /**
   * Computes the scores of an image and hands them on.
   *
   * @param x - `[1, 3, H, W]`.
   * @param use - Gets the scores in the backend's memory, where they stay until it returns, and the hash
   *   of the plan that computed them; null without plans.
   */
  score<T>(
    x: Float32Array,
    shape: Shape,
    use: (scores: FloatArray, planHash: string | null) => T,
  ): T;
  /** Gives back what is kept between images. */
  dispose(): void;
}

/** Memory of plans that are kept for images of sizes that came before. */
const PLANS_BYTES = 2 ** 27;

/** By plans, where there are kernels; else by the eager ops. */
export function scorerFor(backend: Backend, network: Module, mode: PlanMode): Scorer {
  return hasKernels(backend) ? byPlans(backend, network, mode) : byOps(backend, network);
}

function hasKernels(backend: Backend): backend is WasmBackend {
  return 'kernels' in backend;
}

function byPlans(backend: WasmBackend, network: Module, mode: PlanMode): Scorer {
  const plans = new PlanCache({ backend, network, mode, budgetBytes: PLANS_BYTES });
  return {
    mode,
    score(x, [, , height, width], use) {
      const plan = plans.planFor(height, width);
      return use(plan.runInPlace(x), plan.hash);
    },
    dispose() {
      plans.dispose();
    },
  };
}

function byOps(backend: Backend, network: Module): Scorer {
  return {
    mode: 'exact',
    score(x, shape, use) {
      const mark = backend.mark();
      try {
        return use(noGrad(() => network.forward(Tensor.from(backend, x, shape))).data, null);
      } finally {
        backend.release(mark);
      }
    },
    dispose: () => undefined,
  };
}

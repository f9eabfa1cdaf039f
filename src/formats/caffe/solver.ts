import { FcnError } from '../../core/errors.js';
import { sameShape, showShape } from '../../core/shape.js';
import type { NamedArray } from '../../core/named-arrays.js';
import type { CaffeMessage } from '../../io/caffe/message.js';
import type { SolverState } from '../../io/caffe/solver-state.js';
import type { OptimizerState } from '../../optim/optimizer.js';
import type { RatePolicy } from '../../optim/rate-policy.js';
import type { SgdOptions } from '../../optim/sgd.js';
import type { CaffeNetwork } from './build-network.js';
import { parameterRules } from './parameter-multipliers.js';

/** Training settings read from a solver file. */
export interface CaffeSolver {
  /** Initial learning rate, `base_lr`. */
  readonly baseRate: number;
  /** Schedule of the learning rate, `lr_policy`. */
  readonly policy: RatePolicy;
  /** Options of the optimiser, with the multipliers of the network's parameters. */
  readonly sgd: SgdOptions;
  /** Number of batches whose gradients are summed for one step, `iter_size`. */
  readonly batchesPerStep: number;
  /** Number of steps of the whole run, `max_iter`. */
  readonly steps: number;
}

/**
 * Reads the training settings of a solver file.
 *
 * @throws {@link FcnError} if the type of solver, the policy or the regularisation is unsupported.
 */
export function caffeSolver(solver: CaffeMessage, net: CaffeNetwork): CaffeSolver {
  const type = solver.text('type', 'SGD');
  if (type !== 'SGD') throw new FcnError(`solver: unsupported type (got ${type}, expected SGD)`);
  const regularization = solver.text('regularization_type', 'L2');
  if (regularization !== 'L2' && regularization !== 'L1') {
    throw new FcnError(
      `solver: unsupported regularization_type (got ${regularization}, expected L1 or L2)`,
    );
  }
  const limit = solver.number('clip_gradients', -1);
  return {
    baseRate: solver.number('base_lr', 0),
    policy: policyOf(solver),
    sgd: {
      momentum: solver.number('momentum', 0),
      weightDecay: solver.number('weight_decay', 0),
      decayBy: regularization === 'L1' ? 'sign' : 'value',
      rules: parameterRules(net.multipliers),
      ...(limit >= 0 ? { clipNorm: limit } : {}),
    },
    batchesPerStep: solver.number('iter_size', 1),
    steps: solver.number('max_iter', 0),
  };
}

function policyOf(solver: CaffeMessage): RatePolicy {
  const policy = solver.text('lr_policy');
  const gamma = solver.number('gamma', 0);
  const power = solver.number('power', 0);
  const stepSize = solver.number('stepsize', 0);
  switch (policy) {
    case 'fixed':
      return { policy };
    case 'exp':
      return { policy, gamma };
    case 'step':
    case 'sigmoid':
      return { policy, gamma, stepSize };
    case 'inv':
      return { policy, gamma, power };
    case 'multistep':
      return { policy, gamma, stepValues: solver.numbers('stepvalue') };
    case 'poly':
      return { policy, power, maxIterations: solver.number('max_iter', 0) };
    default:
      throw new FcnError(
        `solver: unsupported lr_policy (got ${policy === '' ? 'none' : policy}, expected ` +
          'fixed, exp, step, sigmoid, inv, multistep or poly)',
      );
  }
}

/**
 * Converts Caffe's solver state to an optimiser state, so that training can resume from Caffe's snapshot.
 *
 * @param net - Network of the run; its weights are in the caffemodel written with the state.
 * @throws {@link FcnError} if the state does not fit this network.
 */
export function caffeOptimizerState(state: SolverState, net: CaffeNetwork): OptimizerState {
  const parameters = [...net.network.parameters()];
  if (state.history.length !== parameters.length) {
    throw new FcnError(
      `solver state: wrong number of history blobs ` +
        `(got ${String(state.history.length)}, expected ${String(parameters.length)})`,
    );
  }
  const arrays = new Map<string, NamedArray>();
  parameters.forEach(([name, { shape, requiresGrad }], i) => {
    const { shape: stored, legacy, numbers } = state.history[i];
    if (legacy || !sameShape(stored, shape)) {
      throw new FcnError(
        `solver state: history of ${name} has another shape ` +
          `(got ${showShape(stored)}, expected ${showShape(shape)})`,
      );
    }
    if (requiresGrad) arrays.set(`velocity/${name}`, { shape, data: numbers.toFloats() });
  });
  return { steps: state.iteration, arrays };
}

import { FcnError } from '../../core/errors.js';
import { sameShape, showShape } from '../../core/shape.js';
import type { NamedArray } from '../../core/named-arrays.js';
import type { Message } from '../../io/caffe/message.js';
import type { SolverState } from '../../io/caffe/solver-state.js';
import type { OptimizerState } from '../../optim/optimizer.js';
import type { RatePolicy } from '../../optim/rate-policy.js';
import type { SgdOptions } from '../../optim/sgd.js';
import type { CaffeNetwork } from './build-network.js';
import { parameterRules } from './parameter-multipliers.js';

/** How a network is trained, as a solver's file says. */
export interface CaffeSolver {
  /** Rate before any change. */
  readonly baseRate: number;
  /** How the rate changes. */
  readonly policy: RatePolicy;
  /** What the optimiser is told; its rules are those of the network. */
  readonly sgd: SgdOptions;
  /** Batches whose gradients are added up for a step. */
  readonly batchesPerStep: number;
  /** Steps of the whole run. */
  readonly steps: number;
}

/**
 * How a solver's description trains a network.
 *
 * @throws {@link FcnError} for a solver, a policy or a regularisation that is not read.
 */
export function caffeSolver(solver: Message, net: CaffeNetwork): CaffeSolver {
  const type = solver.text('type', 'SGD');
  if (type !== 'SGD') throw new FcnError(`solver type ${type} is not read`);
  const regularization = solver.text('regularization_type', 'L2');
  if (regularization !== 'L2' && regularization !== 'L1') {
    throw new FcnError(`regularisation ${regularization} is not read`);
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

function policyOf(solver: Message): RatePolicy {
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
      throw new FcnError(`learning rate policy ${policy} is not read`);
  }
}

/**
 * What an optimiser needs to go on where a run of Caffe's stood.
 *
 * @param net - The network of the run; its weights are in the caffemodel written with the state.
 * @throws {@link FcnError} if the state is not that of this network.
 */
export function caffeOptimizerState(state: SolverState, net: CaffeNetwork): OptimizerState {
  const parameters = [...net.network.parameters()];
  if (state.history.length !== parameters.length) {
    throw new FcnError(
      `solver state: ${String(state.history.length)} histories for ${String(parameters.length)} parameters`,
    );
  }
  const arrays = new Map<string, NamedArray>();
  parameters.forEach(([name, { shape, requiresGrad }], i) => {
    const { shape: stored, legacy, numbers } = state.history[i];
    if (legacy || !sameShape(stored, shape)) {
      throw new FcnError(
        `solver state: ${name} is ${showShape(shape)}, its history ${showShape(stored)}`,
      );
    }
    if (requiresGrad) arrays.set(`velocity/${name}`, { shape, data: numbers.toFloats() });
  });
  return { steps: state.iteration, arrays };
}

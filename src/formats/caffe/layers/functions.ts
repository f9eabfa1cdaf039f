/** Layers of one function of a number, with settings but nothing that is learned. */
import { ln } from '../../../core/log.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { pointwise, type PointwiseAttrs } from '../../../ops/pointwise.js';
import { sigmoid as sigmoidOp } from '../../../ops/sigmoid.js';
import type { Message } from '../../../io/caffe/message.js';
import { composeOps, unaryLayer, refuse, type LayerContext } from '../layer.js';

/** The base that stands for e. */
const NATURAL = -1;
const FLOAT_MAX = 3.4028234663852886e38;

/** One function after the other; those that change nothing are left out. */
function functions(...all: readonly PointwiseAttrs[]): WiredLayer {
  const steps = all.filter(({ name, a, b }) => !(name === 'affine' && a === 1 && b === 0));
  const [first, ...others] = steps.length > 0 ? steps : all.slice(0, 1);
  return unaryLayer((x) =>
    composeOps((temporary) =>
      others.reduce((value, step) => pointwise(temporary(value), step), pointwise(x, first)),
    ),
  );
}

/** shift + scale · x. */
function scaledAndShifted(param: Message): PointwiseAttrs {
  return { name: 'affine', a: param.number('scale', 1), b: param.number('shift', 0) };
}

/** The logarithm of the base that a layer says. */
function lnOfBase(context: LayerContext, param: Message): number {
  const base = param.number('base', NATURAL);
  if (base === NATURAL) return 1;
  if (!(base > 0)) refuse(context, `a base of ${String(base)}`);
  return ln(base);
}

/** ln(1 + e^x). */
export function bnll(): WiredLayer {
  return functions({ name: 'softplus' });
}

/** x where it lies between two numbers, else the nearer of them. */
export function clip({ definition }: LayerContext): WiredLayer {
  const param = definition.message('clip_param');
  const a = param.number('min', -FLOAT_MAX);
  return functions({ name: 'clip', a, b: param.number('max', FLOAT_MAX) });
}

/** x, below 0 alpha · (e^x − 1). */
export function elu({ definition }: LayerContext): WiredLayer {
  return functions({ name: 'elu', a: definition.message('elu_param').number('alpha', 1) });
}

/** base ^ (shift + scale · x). */
export function exponential(context: LayerContext): WiredLayer {
  const param = context.definition.message('exp_param');
  const factor = lnOfBase(context, param);
  const { a = 1, b = 0 } = scaledAndShifted(param);
  return functions({ name: 'affine', a: factor * a, b: factor * b }, { name: 'exp' });
}

/** The logarithm of shift + scale · x to a base. */
export function logarithm(context: LayerContext): WiredLayer {
  const param = context.definition.message('log_param');
  const factor = lnOfBase(context, param);
  if (factor === 0) refuse(context, 'a base of 1');
  const toBase = { name: 'affine', a: 1 / factor, b: 0 } as const;
  return functions(scaledAndShifted(param), { name: 'log' }, toBase);
}

/** (shift + scale · x) ^ power. */
export function power({ definition }: LayerContext): WiredLayer {
  const param = definition.message('power_param');
  const exponent = param.number('power', 1);
  if (exponent === 1) return functions(scaledAndShifted(param));
  return functions(scaledAndShifted(param), { name: 'power', a: exponent });
}

/** 1 / (1 + exp(−x)). */
export function sigmoid(): WiredLayer {
  return unaryLayer(sigmoidOp);
}

/** x / (1 + exp(−beta · x)). */
export function swish({ definition }: LayerContext): WiredLayer {
  return functions({ name: 'swish', a: definition.message('swish_param').number('beta', 1) });
}

/** The hyperbolic tangent. */
export function tanh(): WiredLayer {
  return functions({ name: 'tanh' });
}

/** 1 where x is above a number, else 0; no gradient passes. */
export function threshold({ definition }: LayerContext): WiredLayer {
  const a = definition.message('threshold_param').number('threshold', 0);
  return functions({ name: 'step', a });
}

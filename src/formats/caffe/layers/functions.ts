/** Layers that apply one function to each number, with settings but without parameters. */
import { ln } from '../../../core/log.js';
import type { WiredLayer } from '../../../nn/wired-network.js';
import { pointwise, type PointwiseAttrs } from '../../../ops/pointwise.js';
import { sigmoid as sigmoidOp } from '../../../ops/sigmoid.js';
import type { CaffeMessage } from '../../../io/caffe/message.js';
import { composeOps, unaryLayer, refuse, type LayerContext } from '../layer.js';

/** Caffe's value of `base` for e. */
const NATURAL = -1;
const FLOAT_MAX = 3.4028234663852886e38;

/** Applies functions one after another, without those that change nothing. */
function functions(...all: readonly PointwiseAttrs[]): WiredLayer {
  const steps = all.filter(({ name, a, b }) => !(name === 'affine' && a === 1 && b === 0));
  const [first, ...others] = steps.length > 0 ? steps : all.slice(0, 1);
  return unaryLayer((x) =>
    composeOps((temporary) =>
      others.reduce((value, step) => pointwise(temporary(value), step), pointwise(x, first)),
    ),
  );
}

/** Function shift + scale · x. */
function scaledAndShifted(param: CaffeMessage): PointwiseAttrs {
  return { name: 'affine', a: param.number('scale', 1), b: param.number('shift', 0) };
}

/** Natural logarithm of a layer's `base`. */
function lnOfBase(context: LayerContext, param: CaffeMessage): number {
  const base = param.number('base', NATURAL);
  if (base === NATURAL) return 1;
  if (!(base > 0)) refuse(context, `invalid base (got ${String(base)}, expected > 0, or -1 for e)`);
  return ln(base);
}

/** BNLL: ln(1 + e^x). */
export function bnll(): WiredLayer {
  return functions({ name: 'softplus' });
}

/** Clip: x limited to the interval from `min` to `max`. */
export function clip({ definition }: LayerContext): WiredLayer {
  const param = definition.message('clip_param');
  const a = param.number('min', -FLOAT_MAX);
  return functions({ name: 'clip', a, b: param.number('max', FLOAT_MAX) });
}

/** ELU: x for x ≥ 0, else alpha · (e^x − 1). */
export function elu({ definition }: LayerContext): WiredLayer {
  return functions({ name: 'elu', a: definition.message('elu_param').number('alpha', 1) });
}

/** Exp: base ^ (shift + scale · x). */
export function exponential(context: LayerContext): WiredLayer {
  const param = context.definition.message('exp_param');
  const factor = lnOfBase(context, param);
  const { a = 1, b = 0 } = scaledAndShifted(param);
  return functions({ name: 'affine', a: factor * a, b: factor * b }, { name: 'exp' });
}

/** Log: the logarithm of shift + scale · x to a base. */
export function logarithm(context: LayerContext): WiredLayer {
  const param = context.definition.message('log_param');
  const factor = lnOfBase(context, param);
  if (factor === 0) refuse(context, 'invalid base (got 1, which has no logarithms)');
  const toBase = { name: 'affine', a: 1 / factor, b: 0 } as const;
  return functions(scaledAndShifted(param), { name: 'log' }, toBase);
}

/** Power: (shift + scale · x) ^ power. */
export function power({ definition }: LayerContext): WiredLayer {
  const param = definition.message('power_param');
  const exponent = param.number('power', 1);
  if (exponent === 1) return functions(scaledAndShifted(param));
  return functions(scaledAndShifted(param), { name: 'power', a: exponent });
}

/** Sigmoid: 1 / (1 + exp(−x)). */
export function sigmoid(): WiredLayer {
  return unaryLayer(sigmoidOp);
}

/** Swish: x / (1 + exp(−beta · x)). */
export function swish({ definition }: LayerContext): WiredLayer {
  return functions({ name: 'swish', a: definition.message('swish_param').number('beta', 1) });
}

/** TanH: the hyperbolic tangent. */
export function tanh(): WiredLayer {
  return functions({ name: 'tanh' });
}

/** Threshold: 1 if x exceeds `threshold`, else 0; the gradient is 0. */
export function threshold({ definition }: LayerContext): WiredLayer {
  const a = definition.message('threshold_param').number('threshold', 0);
  return functions({ name: 'step', a });
}

import { createRng } from '../../src/core/rng.js';
import { numel } from '../../src/core/shape.js';
import type { WasmBackend } from '../../src/backend/wasm/index.js';
import { convOptionsOf } from '../../src/nn/conv2d.js';
import { conv2d, type Conv2dAttrs } from '../../src/ops/conv2d.js';
import { compile } from '../../src/plan/compile.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { SEED } from './arbitraries.js';
import { rms } from './winograd-layer.js';

/** A convolution of a network with the values of its operands. */
export interface RecordedConvolution {
  readonly name: string;
  readonly x: Tensor;
  readonly w: Tensor;
  readonly bias: Tensor | null;
  readonly attrs: Conv2dAttrs;
  readonly y: Tensor;
}

/** Algorithm of a layer in `fast` mode, and its error relative to float64. */
export interface LayerError {
  readonly name: string;
  readonly algorithm: string;
  /** Root mean square of the differences / root mean square of the values. */
  readonly relative: number;
}

/** Number of outputs of a layer that are compared with float64. */
const SAMPLES = 1000;

/** The convolutions that a result with recorded gradients depends on, in their order. */
export function convolutionsBehind(result: Tensor): RecordedConvolution[] {
  const seen = new Set<Tensor>([result]);
  for (const tensor of seen) tensor.creator?.inputs.forEach((input) => seen.add(input));
  return [...seen]
    .filter(({ origin, creator }) => origin.op === 'conv2d' && creator !== null)
    .sort((a, b) => serialOf(a) - serialOf(b))
    .map((y) => {
      const [x, w, bias = null] = y.creator?.inputs ?? [];
      const name = w.origin.name?.replace(/\.weight$/, '') ?? '';
      return { name, x, w, bias, y, attrs: y.origin.attrs as Conv2dAttrs };
    });
}

function serialOf({ creator }: Tensor): number {
  return creator?.serial ?? 0;
}

/** Computes one convolution in `fast` mode and compares it with float64. */
export function fastError(backend: WasmBackend, layer: RecordedConvolution): LayerError {
  const { name, x, w, bias, attrs, y } = layer;
  const parameters = new Map([['weight', w]]);
  if (bias) parameters.set('bias', bias);
  const module = {
    forward: (input: Tensor) => conv2d(input, w, bias, convOptionsOf(attrs)),
    parameters: () => parameters,
  };
  const plan = compile(module, x.shape, { backend, mode: 'fast' });
  const got = plan.run(Float32Array.from(x.data));
  const { algorithm } = plan.layers[0];
  plan[Symbol.dispose]();
  const rng = createRng(SEED);
  const places = Array.from({ length: SAMPLES }, () => rng.integer(numel(y.shape)));
  const expected = places.map((at) => outputInFloat64(layer, at));
  const error = rms(places.map((at, i) => got[at] - expected[i]));
  return { name, algorithm, relative: error / rms(expected) };
}

/** One output of a convolution without groups, by the definition in float64. */
function outputInFloat64({ x, w, bias, attrs, y }: RecordedConvolution, at: number): number {
  const [, , outH, outW] = y.shape;
  const [, C, H, W] = x.shape;
  const [, , kH, kW] = w.shape;
  const { stride, padding, dilation } = attrs;
  const o = Math.floor(at / (outH * outW));
  const top = (Math.floor(at / outW) % outH) * stride[0] - padding[0];
  const left = (at % outW) * stride[1] - padding[1];
  let sum = bias ? bias.data[o] : 0;
  for (let ky = 0; ky < kH; ky++) {
    const row = top + ky * dilation[0];
    if (row < 0 || row >= H) continue;
    for (let kx = 0; kx < kW; kx++) {
      const column = left + kx * dilation[1];
      if (column < 0 || column >= W) continue;
      for (let c = 0; c < C; c++) {
        sum += x.data[(c * H + row) * W + column] * w.data[((o * C + c) * kH + ky) * kW + kx];
      }
    }
  }
  return sum;
}

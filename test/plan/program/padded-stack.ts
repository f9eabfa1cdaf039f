import fc from 'fast-check';
import type { Backend } from '../../../src/backend/backend.js';
import type { Rng } from '../../../src/core/rng.js';
import { numel, type Shape } from '../../../src/core/shape.js';
import type { Module } from '../../../src/nn/module.js';
import { add } from '../../../src/ops/add.js';
import { convTranspose2d } from '../../../src/ops/conv-transpose2d.js';
import { conv2d } from '../../../src/ops/conv2d.js';
import { crop } from '../../../src/ops/crop.js';
import { maxPool2d } from '../../../src/ops/max-pool2d.js';
import { relu } from '../../../src/ops/relu.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { between, stream, upTo } from '../../support/arbitraries.js';

/** One convolution with ReLU of a stack, and what follows it. */
interface Stage {
  readonly kernel: 3 | 7;
  readonly padding: number;
  /** 2×2 max pooling of stride 2, whose last windows may reach beyond the map. */
  readonly pool: 'none' | 'floor' | 'ceil';
}

/** A stack of convolutions, wide enough for Winograd, with a skip, upsampling and a crop. */
export interface StackCase {
  readonly H: number;
  readonly W: number;
  /** Padding of the first convolution. */
  readonly padding: number;
  readonly stages: readonly Stage[];
  /** Rows and columns of the result that are cut off. */
  readonly cut: readonly [number, number];
  readonly rng: () => Rng;
}

/** Stacks of one to four stages on small images with wide padding. */
export const stackCases: fc.Arbitrary<StackCase> = fc.record({
  H: upTo(14),
  W: upTo(14),
  padding: between(6, 16),
  stages: fc.array(
    fc.record({
      kernel: fc.constantFrom(3, 3, 3, 3, 7),
      padding: between(0, 3),
      pool: fc.constantFrom('none', 'floor', 'ceil'),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  cut: fc.tuple(between(0, 4), between(0, 4)),
  rng: stream,
});

/** Channels of all maps, as many as Winograd needs to pay. */
const CHANNELS = 16;

/** The network of a case, with its weights on a backend. */
export class PaddedStack implements Module {
  /** `[N, C, H, W]` of the image that it takes. */
  readonly inputShape: Shape;
  readonly #case: StackCase;
  readonly #make: (shape: Shape) => Tensor;
  readonly #parameters = new Map<string, Tensor>();

  constructor(backend: Backend, stack: StackCase) {
    this.inputShape = [1, 3, stack.H, stack.W];
    this.#case = stack;
    const rng = stack.rng();
    this.#make = (shape) => {
      const scale = 1 / Math.sqrt(numel(shape.slice(1)));
      const values = Array.from({ length: numel(shape) }, () => scale * rng.normal());
      return Tensor.from(backend, values, shape);
    };
    this.forward(Tensor.dry(this.inputShape));
  }

  /** The stages; the last one upsampled, laid over the first and cut. */
  forward(x: Tensor): Tensor {
    const { padding, stages, cut } = this.#case;
    const first = this.#conv('first', x, { kernel: 3, padding, pool: 'none' });
    const deep = stages.reduce(
      (map, stage, i) => this.#conv(`conv${String(i)}`, map, stage),
      first,
    );
    const weight = this.#parameter('up', [CHANNELS, CHANNELS, 4, 4]);
    const up = convTranspose2d(deep, weight, undefined, { stride: 2 });
    const [H, W] = [2, 3].map((axis) => Math.min(first.shape[axis], up.shape[axis]));
    const sum = add(cropTo(up, H, W), cropTo(first, H, W));
    const [rows, columns] = [Math.min(cut[0], H - 1), Math.min(cut[1], W - 1)];
    return crop(sum, [rows, columns], [H - rows, W - columns]);
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return this.#parameters;
  }

  #conv(name: string, x: Tensor, { kernel, padding, pool }: Stage): Tensor {
    const size = Math.min(kernel, x.shape[2] + 2 * padding, x.shape[3] + 2 * padding);
    const w = this.#parameter(`${name}.weight`, [CHANNELS, x.shape[1], size, size]);
    const y = relu(conv2d(x, w, this.#parameter(`${name}.bias`, [CHANNELS]), { padding }));
    const fits = Math.min(y.shape[2], y.shape[3]) > 1;
    if (pool === 'none' || !fits) return y;
    return maxPool2d(y, { kernelSize: 2, stride: 2, rounding: pool });
  }

  #parameter(name: string, shape: Shape): Tensor {
    const known = this.#parameters.get(name) ?? this.#make(shape);
    this.#parameters.set(name, known);
    return known;
  }
}

/** The last rows and columns. */
function cropTo(map: Tensor, H: number, W: number): Tensor {
  return crop(map, [map.shape[2] - H, map.shape[3] - W], [H, W]);
}

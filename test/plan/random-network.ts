import fc from 'fast-check';
import type { Backend } from '../../src/backend/backend.js';
import type { Rng } from '../../src/core/rng.js';
import { numel, type Pair, type Shape } from '../../src/core/shape.js';
import type { Module } from '../../src/nn/module.js';
import type { Network } from '../../src/nn/network.js';
import { add } from '../../src/ops/add.js';
import { batchNorm2d } from '../../src/ops/batch-norm2d.js';
import { channelScale } from '../../src/ops/channel-scale.js';
import { concat } from '../../src/ops/concat.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { crop } from '../../src/ops/crop.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { relu } from '../../src/ops/relu.js';
import { sigmoid } from '../../src/ops/sigmoid.js';
import { weightedSum } from '../../src/ops/weighted-sum.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { between, stream, upTo } from '../support/arbitraries.js';

const OPS = [
  'conv',
  'conv-relu',
  'conv-relu-pool',
  'conv-norm',
  'dilated',
  'depthwise',
  'grouped',
  'transposed',
  'diagonal',
  'pool',
  'relu',
  'sigmoid',
  'add',
  'add-relu',
  'sum',
  'single',
  'concat',
  'whole',
] as const;

/** One step of a generated network. */
interface Step {
  readonly op: (typeof OPS)[number];
  /** Which of the maps made so far, counted from the last. */
  readonly from: number;
  /** The other operand of a sum or a concatenation. */
  readonly other: number;
  /** Outputs of a convolution. */
  readonly channels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** A network of random steps on an image of random extent. */
export interface NetworkCase {
  readonly H: number;
  readonly W: number;
  readonly steps: readonly Step[];
  readonly rng: () => Rng;
}

/** Small networks that split, join and share their maps. */
export const networkCases: fc.Arbitrary<NetworkCase> = fc.record({
  H: between(6, 12),
  W: between(6, 12),
  steps: fc.array(
    fc.record({
      op: fc.constantFrom(...OPS),
      from: between(0, 2),
      other: between(0, 3),
      channels: upTo(5),
      kernel: upTo(3),
      stride: upTo(2),
      padding: between(0, 2),
    }),
    { minLength: 1, maxLength: 9 },
  ),
  rng: stream,
});

/** Channels of the image of a generated network. */
const IMAGE_CHANNELS = 2;

/** The steps of a case, with their weights on a backend. */
class RandomSteps {
  readonly parameters = new Map<string, Tensor>();
  readonly #steps: readonly Step[];
  readonly #make: (name: string, shape: Shape) => Tensor;

  constructor(backend: Backend, { steps, rng }: NetworkCase) {
    this.#steps = steps;
    const random = rng();
    this.#make = (name, shape) => {
      const values = Array.from({ length: numel(shape) }, () => numberOf(random, name));
      return Tensor.from(backend, values, shape, { requiresGrad: !name.includes('.running') });
    };
  }

  /** The images given, then what each step computes. */
  maps(...images: readonly Tensor[]): readonly Tensor[] {
    const maps = [...images];
    this.#steps.forEach((step, i) => {
      maps.push(this.#run(step, String(i), maps));
    });
    return maps;
  }

  #run(step: Step, name: string, maps: readonly Tensor[]): Tensor {
    const x = back(maps, step.from);
    const other = back(maps, step.other);
    const conv = (): Tensor => this.conv(name, x, step.channels, step);
    const makers: Record<Step['op'], () => Tensor> = {
      conv,
      'conv-relu': () => relu(conv()),
      'conv-relu-pool': () => maxPool2d(relu(conv()), { kernelSize: 2, stride: 2 }),
      'conv-norm': () => this.#norm(name, conv()),
      dilated: () => this.#spread(name, x, step, { channels: step.channels, groups: 1 }),
      depthwise: () =>
        relu(this.#spread(name, x, step, { channels: x.shape[1], groups: x.shape[1] })),
      grouped: () => {
        const twice = concat([x, x]);
        return this.#spread(name, twice, step, { channels: 2 * step.channels, groups: 2 });
      },
      transposed: () => this.#transposed(name, x, step.channels, step),
      diagonal: () => this.#transposed(`${name}.diagonal`, x, x.shape[1], step),
      pool: () => maxPool2d(x, { kernelSize: fitting(x, step.kernel, 0), stride: step.stride }),
      relu: () => relu(x),
      sigmoid: () => sigmoid(x),
      add: () => add(...this.#laidOver(name, x, other)),
      'add-relu': () => relu(add(...this.#laidOver(name, x, other))),
      sum: () => weightedSum(this.#laidOver(name, x, other), [0.5, -2]),
      single: () => weightedSum([x], [1]),
      concat: () => concat(overlapping(x, other)),
      whole: () => crop(x, [0, 0], [x.shape[2], x.shape[3]]),
    };
    return makers[step.op]();
  }

  /** Both with the channels of the first and the extent they have in common. */
  #laidOver(name: string, x: Tensor, other: Tensor): readonly [Tensor, Tensor] {
    const channels = x.shape[1];
    return overlapping(x, other.shape[1] === channels ? other : this.conv(name, other, channels));
  }

  /** A convolution with weights of its own, 1×1 unless a step says more. */
  conv(name: string, x: Tensor, channels: number, step: Partial<Step> = {}): Tensor {
    const { stride = 1, padding = 0 } = step;
    const kernel = fitting(x, step.kernel ?? 1, padding);
    const w = this.#parameter(`${name}.weight`, [channels, x.shape[1], kernel, kernel]);
    const bias = stride === 1 ? this.#parameter(`${name}.bias`, [channels]) : null;
    return conv2d(x, w, bias, { stride, padding });
  }

  /** A convolution in groups, dilated by 2 where that fits. */
  #spread(
    name: string,
    x: Tensor,
    { kernel, stride, padding }: Step,
    { channels, groups }: { readonly channels: number; readonly groups: number },
  ): Tensor {
    const k = fitting(x, kernel, padding);
    const dilation = fitting(x, 2 * k - 1, padding) === 2 * k - 1 ? 2 : 1;
    const w = this.#parameter(`${name}.weight`, [channels, x.shape[1] / groups, k, k]);
    const bias = stride === 1 ? this.#parameter(`${name}.bias`, [channels]) : null;
    return conv2d(x, w, bias, { stride, padding, dilation, groups });
  }

  #transposed(name: string, x: Tensor, channels: number, { kernel, stride }: Step): Tensor {
    const w = this.#parameter(`${name}.weight`, [x.shape[1], channels, kernel, kernel]);
    if (name.endsWith('diagonal') && w.backend !== null) clearOffDiagonal(w);
    return convTranspose2d(x, w, null, { stride });
  }

  #norm(name: string, x: Tensor): Tensor {
    const channels = [x.shape[1]];
    const [mean, variance, weight, bias] = ['running_mean', 'running_var', 'gain', 'shift'].map(
      (what) => this.#parameter(`${name}.${what}`, channels),
    );
    return channelScale(batchNorm2d(x, { mean, variance }, { bias }), weight);
  }

  #parameter(name: string, shape: Shape): Tensor {
    const known = this.parameters.get(name) ?? this.#make(name, shape);
    this.parameters.set(name, known);
    return known;
  }
}

/** The network of a case. */
export class RandomNetwork implements Module {
  /** `[N, C, H, W]` of the images it takes. */
  readonly inputShape: Shape;
  readonly #steps: RandomSteps;

  constructor(backend: Backend, one: NetworkCase, batch = 1) {
    this.inputShape = [batch, IMAGE_CHANNELS, one.H, one.W];
    this.#steps = new RandomSteps(backend, one);
    this.forward(Tensor.dry(this.inputShape));
  }

  /** The steps, then a sum of the last three maps, so that few branches are dead. */
  forward(x: Tensor): Tensor {
    const last = this.#steps.maps(x).slice(-3);
    return last.reduceRight((sum, map, i) => {
      const channels = sum.shape[1];
      const fitting =
        map.shape[1] === channels ? map : this.#steps.conv(`out${String(i)}`, map, channels);
      return add(...overlapping(sum, fitting));
    });
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return this.#steps.parameters;
  }
}

/** The steps of a case on two images; any of the maps are outputs, images and the same map twice too. */
export class RandomHeads implements Network {
  readonly inputs: readonly string[] = ['image', 'depth'];
  readonly outputs: readonly string[];
  /** Shapes of the inputs, by name. */
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly #steps: RandomSteps;
  readonly #picks: readonly number[];

  /** @param picks - For each output, which map it is, counted from the last. */
  constructor(backend: Backend, one: NetworkCase, picks: readonly number[], batch = 1) {
    this.outputs = picks.map((_, i) => `head${String(i)}`);
    this.shapes = new Map([
      ['image', [batch, IMAGE_CHANNELS, one.H, one.W]],
      ['depth', [batch, 1, one.H + 1, one.W - 1]],
    ]);
    this.#steps = new RandomSteps(backend, one);
    this.#picks = picks;
    this.run(new Map([...this.shapes].map(([name, shape]) => [name, Tensor.dry(shape)])));
  }

  run(inputs: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
    const maps = this.#steps.maps(...this.inputs.flatMap((name) => inputs.get(name) ?? []));
    return new Map(this.outputs.map((name, i) => [name, back(maps, this.#picks[i])]));
  }

  parameters(): ReadonlyMap<string, Tensor> {
    return this.#steps.parameters;
  }
}

/** Normal numbers, some of them zeros of either sign; of a variance, positive ones. */
function numberOf(rng: Rng, name: string): number {
  const value = Math.fround(rng.normal());
  if (name.endsWith('running_var')) return Math.fround(0.5 + Math.abs(value));
  const chance = rng.uniform();
  if (chance < 0.05) return -0;
  return chance < 0.1 ? 0 : value;
}

function back(maps: readonly Tensor[], steps: number): Tensor {
  return maps[Math.max(0, maps.length - 1 - steps)];
}

/** The largest window up to `kernel` that fits into a padded map. */
function fitting({ shape }: Tensor, kernel: number, padding: number): number {
  return Math.min(kernel, shape[2] + 2 * padding, shape[3] + 2 * padding);
}

/** Both cut to the extent they have in common: one from its start, the other from its end. */
function overlapping(a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  const size = [2, 3].map((axis) => Math.min(a.shape[axis], b.shape[axis]));
  const extent: Pair = [size[0], size[1]];
  const start = (x: Tensor): Pair => [x.shape[2] - extent[0], x.shape[3] - extent[1]];
  const cut = (x: Tensor, offset: Pair): Tensor =>
    Math.max(...start(x)) === 0 ? x : crop(x, offset, extent);
  return [cut(a, [0, 0]), cut(b, start(b))];
}

function clearOffDiagonal({ data, shape: [C, O, kH, kW] }: Tensor): void {
  const area = kH * kW;
  for (let pair = 0; pair < C * O; pair++) {
    if (Math.floor(pair / O) !== pair % O) data.fill(0, pair * area, (pair + 1) * area);
  }
}

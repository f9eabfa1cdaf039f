import { BatchNorm2d } from '../nn/batch-norm2d.js';
import { Conv2d } from '../nn/conv2d.js';
import { ForwardPass } from '../nn/forward-pass.js';
import { joinParameters, type Module, type NamedModule } from '../nn/module.js';
import type { ParameterMaker } from '../nn/parameter.js';
import { Relu } from '../nn/relu.js';
import { Sequential } from '../nn/sequential.js';
import { add } from '../ops/add.js';
import { relu } from '../ops/relu.js';
import type { Tensor } from '../tensor/tensor.js';

/** Options of a {@link Bottleneck}. */
export interface BottleneckOptions {
  /** Channels of the input. */
  readonly inChannels: number;
  /** Channels between; the output has {@link EXPANSION} times as many. */
  readonly width: number;
  /** Stride of the 3×3 convolution. */
  readonly stride: number;
  /** Its dilation. */
  readonly dilation: number;
}

const PART = { isPart: true };

/** Ratio of a bottleneck's output channels to its inner channels. */
export const EXPANSION = 4;

/**
 * A residual block: 1×1 to few channels, 3×3 there, 1×1 back to many, added to the input. Where that has
 * other channels or another extent, a 1×1 convolution brings it there (`downsample`).
 *
 * `[N, inChannels, H, W]` to `[N, EXPANSION · width, ⌈H / stride⌉, ⌈W / stride⌉]`.
 *
 * @see He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", §4.1, figure 5; the stride is
 *   on the 3×3 convolution, as torchvision has it ("v1.5").
 */
export class Bottleneck implements Module {
  readonly #residual: Sequential;
  readonly #downsample: Sequential | null;

  constructor(maker: ParameterMaker, { inChannels, width, stride, dilation }: BottleneckOptions) {
    const outChannels = EXPANSION * width;
    const window = { kernelSize: 3, stride, dilation, padding: dilation };
    const residual: NamedModule[] = [
      ...normalised(maker, ['conv1', 'bn1'], { inChannels, outChannels: width, kernelSize: 1 }),
      ['relu1', new Relu()],
      ...normalised(maker, ['conv2', 'bn2'], { inChannels: width, outChannels: width, ...window }),
      ['relu2', new Relu()],
      ...normalised(maker, ['conv3', 'bn3'], { inChannels: width, outChannels, kernelSize: 1 }),
    ];
    this.#residual = new Sequential(residual, PART);
    const fits = stride === 1 && inChannels === outChannels;
    const projection = { inChannels, outChannels, kernelSize: 1, stride };
    this.#downsample = fits
      ? null
      : new Sequential(normalised(maker, ['0', '1'], projection), PART);
  }

  forward(x: Tensor): Tensor {
    const pass = new ForwardPass(x);
    const residual = this.#residual.forward(x);
    const shortcut = this.#downsample?.forward(x) ?? x;
    const sum = pass.made(undefined, add(residual, shortcut), residual, shortcut);
    return pass.made(undefined, relu(sum), sum);
  }

  parameters(): ReadonlyMap<string, Tensor> {
    const parameters = new Map(this.#residual.parameters());
    if (this.#downsample === null) return parameters;
    return new Map([...parameters, ...joinParameters([['downsample', this.#downsample]])]);
  }

  setTraining(training: boolean): void {
    this.#residual.setTraining(training);
    this.#downsample?.setTraining(training);
  }
}

/** A convolution without bias and the normalisation after it, by their names. */
export function normalised(
  maker: ParameterMaker,
  [conv, norm]: readonly [string, string],
  options: ConstructorParameters<typeof Conv2d>[1],
): NamedModule[] {
  return [
    [conv, new Conv2d(maker, { ...options, bias: false })],
    [norm, new BatchNorm2d(maker, { channels: options.outChannels })],
  ];
}

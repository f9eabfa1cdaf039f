import { MaxPool2d } from '../nn/max-pool2d.js';
import type { NamedModule } from '../nn/module.js';
import type { ParameterMaker } from '../nn/parameter.js';
import { Relu } from '../nn/relu.js';
import { Sequential } from '../nn/sequential.js';
import { Bottleneck, EXPANSION, normalised } from './bottleneck.js';

/** Depth and width of a residual network. */
export interface ResnetSize {
  /** Bottlenecks of `layer1` … `layer4`. */
  readonly blocks: readonly [number, number, number, number];
  /** Channels of the first convolution, and inside the bottlenecks of `layer1`. */
  readonly width: number;
}

/** Blocks of the networks with 50 and 101 layers that learn. */
export const RESNET_BLOCKS = { 50: [3, 4, 6, 3], 101: [3, 4, 23, 3] } as const;

/**
 * Stride and dilation of a stage's 3×3 convolutions, the first one's apart.
 *
 * `layer3` and `layer4` had stride 2. At stride 1 their filters would see half and a quarter of what
 * they were trained on, so these are dilated by 2 and 4: all but the first of a stage, which comes before
 * the stride it replaces.
 */
const STAGES = [
  { stride: 1, firstDilation: 1, dilation: 1 },
  { stride: 2, firstDilation: 1, dilation: 1 },
  { stride: 1, firstDilation: 1, dilation: 2 },
  { stride: 1, firstDilation: 2, dilation: 4 },
] as const;

/** Channels that a stage, 1 … 4, gives. */
export function resnetChannels({ width }: ResnetSize, stage: number): number {
  return EXPANSION * width * 2 ** (stage - 1);
}

/**
 * The layers of a residual network without its classifier, at output stride 8: `conv1`, `bn1`, `relu`,
 * `maxpool`, `layer1` … `layer4`.
 *
 * @see He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", table 1; torchvision's
 *   `resnet50` with `replace_stride_with_dilation=[False, True, True]`.
 */
export function resnetLayers(maker: ParameterMaker, size: ResnetSize): NamedModule[] {
  const { width, blocks } = size;
  const first = { inChannels: 3, outChannels: width, kernelSize: 7, stride: 2, padding: 3 };
  const pooling = { kernelSize: 3, stride: 2, padding: 1, rounding: 'floor' } as const;
  const stages = STAGES.map((strides, i): NamedModule => {
    const inChannels = i === 0 ? width : resnetChannels(size, i);
    const inner = { inChannels, width: width * 2 ** i, blocks: blocks[i] };
    return [`layer${String(i + 1)}`, stage(maker, inner, strides)];
  });
  return [
    ...normalised(maker, ['conv1', 'bn1'], first),
    ['relu', new Relu()],
    ['maxpool', new MaxPool2d(pooling)],
    ...stages,
  ];
}

function stage(
  maker: ParameterMaker,
  { inChannels, width, blocks }: { inChannels: number; width: number; blocks: number },
  { stride, firstDilation, dilation }: (typeof STAGES)[number],
): Sequential {
  const bottlenecks = Array.from({ length: blocks }, (_, i) => {
    const strides = i === 0 ? { stride, dilation: firstDilation } : { stride: 1, dilation };
    const channels = i === 0 ? inChannels : EXPANSION * width;
    return [String(i), new Bottleneck(maker, { inChannels: channels, width, ...strides })] as const;
  });
  return new Sequential(bottlenecks, { isPart: true });
}

import { mapGeometry, placeMap } from '../../memory/map-buffer.js';
import { NO_BORDER } from '../../memory/border.js';
import { depthwiseJob, diagonalPacking, packedDiagonalLength } from './diagonal-job.js';
import { maxPoolJob } from '../maps/pool-job.js';
import { unpooledShape, type ConvLayer } from '../../layers/layers.js';
import { slidingBorder } from '../direct/direct-convolution.js';
import { digestOfArray } from '../../../core/stored-array.js';
import type { Algorithm } from '../algorithm.js';

/** True if each output channel of a convolution depends only on the input channel with the same number. */
export function isDepthwise({ inputs: [x], weight, attrs }: ConvLayer): boolean {
  const channels = x.shape[1];
  return channels > 1 && attrs.groups === channels && weight.shape[0] === channels;
}

/** Returns the algorithm of a convolution with one kernel per channel; fused pooling follows as a step. */
export function depthwiseConvolution(layer: ConvLayer): Algorithm {
  const { inputs, output, weight, bias, attrs, relu, pool } = layer;
  const unpooled = unpooledShape(layer);
  const between = mapGeometry(unpooled, NO_BORDER);
  const identity = [weight.shape.join(), ...[weight, bias].map((a) => a && digestOfArray(a))];
  return {
    name: 'depthwise',
    reason: 'each channel has a kernel of its own',
    borders: [slidingBorder(inputs[0].shape, unpooled, weight.shape, attrs)],
    workspaceBytes: () => (pool === null ? 0 : 4 * between.length),
    steps(at) {
      const [x, y] = [at.map(inputs[0]), at.map(output)];
      const convolved = pool === null ? y : placeMap(between, at.workspace);
      const length = packedDiagonalLength(weight.shape, y.pitch);
      const weights = at.constants(
        `depthwise ${identity.join(' ')}`,
        length,
        diagonalPacking(weight, bias, y.pitch),
      );
      const kernelSize = [weight.shape[2], weight.shape[3]] as const;
      const weightAddress = weights.byteOffset;
      const conv = { x, y: convolved, attrs, kernelSize, weightAddress, relu };
      const steps = [at.place(depthwiseJob(conv))];
      if (pool !== null) steps.push(at.place(maxPoolJob(convolved, y, pool)));
      return steps;
    },
  };
}

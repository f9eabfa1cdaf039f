import { numel, type Shape } from '../../core/shape.js';
import type { PoolAttrs } from '../attributes.js';
import type { Backend } from '../backend.js';
import type { Arena } from './arena.js';
import type { Kernels } from './load.js';

type PoolingKernels = Pick<
  Backend,
  'maxPool2d' | 'maxPool2dBackward' | 'avgPool2d' | 'avgPool2dBackward'
>;

/** Number of fields of `PoolShape` in kernels/pool-shape.ts. */
const FIELDS = 11;

/** Binds the pooling kernels; their geometry is passed in a buffer of the arena. */
export function poolingKernels(kernels: Kernels, arena: Arena): PoolingKernels {
  const block = arena.alloc(FIELDS);
  const fields = new Int32Array(block.buffer, block.byteOffset, FIELDS);
  const describe = (xShape: Shape, yShape: Shape, attrs: PoolAttrs): number => {
    const [N, C, H, W] = xShape;
    const [, , outH, outW] = yShape;
    fields.set([N * C, H, W, outH, outW, ...attrs.kernelSize, ...attrs.stride, ...attrs.padding]);
    return block.byteOffset;
  };
  return {
    maxPool2d(x, xShape, attrs, y, yShape, argmax) {
      const shape = describe(xShape, yShape, attrs);
      kernels.max_pool2d_f32(x.byteOffset, y.byteOffset, argmax?.byteOffset ?? 0, shape);
    },
    maxPool2dBackward(gradY, yShape, argmax, gradX, xShape) {
      kernels.max_pool2d_backward_f32(
        gradY.byteOffset,
        argmax.byteOffset,
        gradX.byteOffset,
        yShape[0] * yShape[1],
        numel(yShape.slice(2)),
        numel(xShape.slice(2)),
      );
    },
    avgPool2d(x, xShape, attrs, y, yShape) {
      const shape = describe(xShape, yShape, attrs);
      kernels.avg_pool2d_f32(x.byteOffset, y.byteOffset, shape);
    },
    avgPool2dBackward(gradY, yShape, attrs, gradX, xShape) {
      const shape = describe(xShape, yShape, attrs);
      kernels.avg_pool2d_backward_f32(gradY.byteOffset, gradX.byteOffset, shape);
    },
  };
}

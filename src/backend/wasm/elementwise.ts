import type { FloatArray } from '../attributes.js';
import type { Backend } from '../backend.js';
import type { Kernels } from './load.js';

type ElementwiseKernels = Pick<
  Backend,
  | 'relu'
  | 'reluBackward'
  | 'addScaled'
  | 'addProduct'
  | 'maximum'
  | 'maximumBackward'
  | 'copyBox'
  | 'channelScale'
  | 'channelScaleBackwardInput'
  | 'channelScaleBackwardScale'
>;

/** Binds element-wise, channel-wise and box kernels. */
export function elementwiseKernels(kernels: Kernels): ElementwiseKernels {
  return {
    ...pairwiseKernels(kernels),
    copyBox(
      source,
      target,
      { extent: [planes, rows, columns], source: from, target: to },
      accumulate,
    ) {
      const move = accumulate ? kernels.add_rows_f32 : kernels.copy_rows_f32;
      for (let plane = 0; plane < planes; plane++) {
        const sourceAt = source.byteOffset + 4 * (from.start + plane * from.planeStride);
        const targetAt = target.byteOffset + 4 * (to.start + plane * to.planeStride);
        move(sourceAt, 4 * from.rowStride, targetAt, 4 * to.rowStride, rows, columns);
      }
    },
    channelScale(x, scale, shift, inner, y) {
      kernels.channel_scale_f32(
        x.byteOffset,
        scale.byteOffset,
        addressOf(shift),
        y.byteOffset,
        x.length / inner,
        scale.length,
        inner,
      );
    },
    channelScaleBackwardInput(gradY, scale, inner, gradX) {
      kernels.channel_scale_backward_input_f32(
        gradY.byteOffset,
        scale.byteOffset,
        gradX.byteOffset,
        gradY.length / inner,
        scale.length,
        inner,
      );
    },
    channelScaleBackwardScale(x, gradY, inner, gradScale) {
      kernels.channel_scale_backward_scale_f32(
        x.byteOffset,
        gradY.byteOffset,
        gradScale.byteOffset,
        x.length / (gradScale.length * inner),
        gradScale.length,
        inner,
      );
    },
  };
}

function pairwiseKernels(kernels: Kernels) {
  return {
    relu(x: FloatArray, y: FloatArray) {
      kernels.relu_f32(x.byteOffset, y.byteOffset, x.length);
    },
    reluBackward(x: FloatArray, gradY: FloatArray, gradX: FloatArray) {
      kernels.relu_backward_f32(x.byteOffset, gradY.byteOffset, gradX.byteOffset, x.length);
    },
    addScaled(x: FloatArray, coefficient: number, y: FloatArray) {
      kernels.add_scaled_f32(x.byteOffset, coefficient, y.byteOffset, x.length);
    },
    addProduct(a: FloatArray, b: FloatArray, y: FloatArray) {
      kernels.add_product_f32(a.byteOffset, b.byteOffset, y.byteOffset, a.length);
    },
    maximum(a: FloatArray, b: FloatArray, y: FloatArray) {
      kernels.maximum_f32(a.byteOffset, b.byteOffset, y.byteOffset, a.length);
    },
    maximumBackward(
      a: FloatArray,
      b: FloatArray,
      gradY: FloatArray,
      gradA: FloatArray | null,
      gradB: FloatArray | null,
    ) {
      const addresses = [a.byteOffset, b.byteOffset, gradY.byteOffset] as const;
      if (gradA) kernels.maximum_backward_first_f32(...addresses, gradA.byteOffset, a.length);
      if (gradB) kernels.maximum_backward_second_f32(...addresses, gradB.byteOffset, a.length);
    },
  };
}

/** Address of a buffer; 0 for null. */
function addressOf(buffer: FloatArray | null): number {
  return buffer?.byteOffset ?? 0;
}

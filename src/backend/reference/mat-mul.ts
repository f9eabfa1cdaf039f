import { numel, type Shape } from '../../core/shape.js';
import type { FloatArray } from '../attributes.js';
import { roundingOf } from './rounding.js';
import { forEachPlace, rowMajorStrides } from './strided-walk.js';

/** Two stacks of matrices; a stack of one matrix is repeated. */
export interface MatMulOperands {
  readonly a: FloatArray;
  readonly aShape: Shape;
  readonly b: FloatArray;
  readonly bShape: Shape;
}

/** For each output: acc = 0; for k ascending: acc += a[m, k] · b[k, n]. */
export function matMul(operands: MatMulOperands, y: FloatArray, yShape: Shape): void {
  const round = roundingOf(y);
  const { a, b } = operands;
  forEachMatrix(operands, yShape, ({ M, K, N, atA, atB, atY }) => {
    for (let m = 0; m < M; m++)
      for (let n = 0; n < N; n++) {
        let acc = 0;
        for (let k = 0; k < K; k++)
          acc = round(acc + round(a[atA + m * K + k] * b[atB + k * N + n]));
        y[atY + m * N + n] = acc;
      }
  });
}

/** gradA += gradY · bᵀ and gradB += aᵀ · gradY, one term after another. Either may be null. */
export function matMulBackward(
  operands: MatMulOperands,
  gradY: FloatArray,
  yShape: Shape,
  gradA: FloatArray | null,
  gradB: FloatArray | null,
): void {
  const round = roundingOf(gradY);
  const { a, b } = operands;
  forEachMatrix(operands, yShape, ({ M, K, N, atA, atB, atY }) => {
    for (let m = 0; m < M; m++)
      for (let n = 0; n < N; n++) {
        const grad = gradY[atY + m * N + n];
        for (let k = 0; k < K; k++) {
          const inA = atA + m * K + k;
          const inB = atB + k * N + n;
          if (gradA) gradA[inA] = round(gradA[inA] + round(grad * b[inB]));
          if (gradB) gradB[inB] = round(gradB[inB] + round(grad * a[inA]));
        }
      }
  });
}

/** Sizes of one matrix product, and the offsets of its three matrices. */
interface MatrixProduct {
  readonly M: number;
  readonly K: number;
  readonly N: number;
  readonly atA: number;
  readonly atB: number;
  readonly atY: number;
}

function forEachMatrix(
  { aShape, bShape }: MatMulOperands,
  yShape: Shape,
  visit: (product: MatrixProduct) => void,
): void {
  const [M, N] = yShape.slice(-2);
  const K = aShape[aShape.length - 1];
  const stack = yShape.slice(0, -2);
  const stridesOf = (shape: Shape): number[] => {
    const size = numel(shape.slice(-2));
    const strides = rowMajorStrides(shape.slice(0, -2));
    return strides.map((stride, axis) => (shape[axis] === 1 ? 0 : stride * size));
  };
  forEachPlace(stack, stridesOf(aShape), stridesOf(bShape), (at, atA, atB) => {
    visit({ M, K, N, atA, atB, atY: at * M * N });
  });
}

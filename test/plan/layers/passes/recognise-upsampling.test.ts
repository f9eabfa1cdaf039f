import assert from 'node:assert/strict';
import type { Shape } from '../../../../src/core/shape.js';
import { numel } from '../../../../src/core/shape.js';
import { bilinearFiller } from '../../../../src/nn/init.js';
import { concat } from '../../../../src/ops/concat.js';
import { convTranspose2d } from '../../../../src/ops/conv-transpose2d.js';
import type { LayerList, PlanLayer, TransposedLayer } from '../../../../src/plan/layers/layers.js';
import {
  diagonalKernels,
  recogniseUpsampling,
} from '../../../../src/plan/layers/passes/recognise-upsampling.js';
import { assertSameResult, planOf } from './small-plan.js';

/** A transposed convolution of the image, or of two beside each other, with this weight and bias. */
function stamping(
  shape: Shape,
  fill: (data: Float32Array) => void,
  { groups = 1, bias = null as number[] | null } = {},
): LayerList {
  const list = planOf((x, w) => {
    const channels = shape[0] === 2 ? x : concat([x, x]);
    return convTranspose2d(channels, w('a', ...shape), null, { stride: 2, groups });
  });
  const layer = list.layers.at(-1);
  assert(layer?.kind === 'convTranspose');
  const data = new Float32Array(numel(shape));
  fill(data);
  const array = bias && { shape: [bias.length], data: Float32Array.from(bias) };
  const changed = { ...layer, weight: { shape, data }, bias: array };
  return { ...list, layers: [...list.layers.slice(0, -1), changed] };
}

function recognised(list: LayerList): TransposedLayer {
  const after = recogniseUpsampling(list);
  assertSameResult(after, list);
  const layer = after.layers.at(-1);
  assert(layer?.kind === 'convTranspose');
  return layer;
}

/** Fails unless the only layer stays as it is. */
function assertLeft(list: LayerList): void {
  const [layer]: readonly PlanLayer[] = recogniseUpsampling(list).layers;
  assert.equal(layer, list.layers[0]);
}

/** Diagonal 2×2×3×3 kernels of the given numbers; −0 and +0 beside them. */
function diagonal(kernel: readonly number[]): (data: Float32Array) => void {
  return (data) => {
    data.fill(-0, 9, 18);
    data.set(kernel, 0);
    data.set(kernel, 27);
  };
}

const CROSS = [0, 1, 0, 1, 1, 1, 0, 1, 0];
const PRODUCT = [1, 2, 3].flatMap((a) => [0.1, 0.7, -0.3].map((b) => Math.fround(a * b)));

describe('recognise-upsampling', () => {
  for (const size of [3, 4, 6, 16]) {
    it(`recognises bilinear interpolation with kernels of ${String(size)}, separable`, () => {
      const shape = [2, 2, size, size];
      const layer = recognised(stamping(shape, (data) => bilinearFiller(data, shape, null)));
      assert.equal(layer.structure, 'diagonal');
      assert(layer.separable);
      assert.deepEqual(diagonalKernels(layer).shape, [2, 1, size, size]);
    });
  }

  it('distinguishes separable kernels by their values', () => {
    assert(recognised(stamping([2, 2, 3, 3], diagonal(PRODUCT))).separable);
    assert(recognised(stamping([2, 2, 3, 3], diagonal(new Array<number>(9).fill(0)))).separable);
    const cross = recognised(stamping([2, 2, 3, 3], diagonal(CROSS)));
    assert.deepEqual([cross.structure, cross.separable], ['diagonal', false]);
  });

  it('checks the diagonal in every group', () => {
    const shape = [4, 2, 1, 1];
    const fill = (numbers: readonly number[]) => (data: Float32Array) => {
      data.set(numbers);
    };
    const found = recognised(stamping(shape, fill([1, 0, 0, 2, 3, 0, 0, 4]), { groups: 2 }));
    assert.equal(found.structure, 'diagonal');
    assert.deepEqual([...diagonalKernels(found).data], [1, 2, 3, 4]);
    const crossed = stamping(shape, fill([1, 0, 0, 2, 0, 3, 4, 0]), { groups: 2 });
    assert.deepEqual(recogniseUpsampling(crossed), crossed);
  });

  it('accepts any grouped kernels, one per channel', () => {
    const grouped = stamping([2, 1, 3, 3], (data) => data.fill(NaN, 3, 4), { groups: 2 });
    assert.equal(recognised(grouped).structure, 'diagonal');
  });

  it('rejects a weight with any number off the diagonal, or that is not finite', () => {
    for (const [at, value] of [
      [9, 1e-45],
      [26, -1e-45],
      [12, NaN],
      [0, Infinity],
      [35, NaN],
    ]) {
      const list = stamping([2, 2, 3, 3], (data) => {
        diagonal(CROSS)(data);
        data[at] = value;
      });
      assertLeft(list);
    }
  });

  it('rejects layers with a bias of −0, with other channels, and dry ones', () => {
    const zero = stamping([2, 2, 3, 3], diagonal(CROSS), { bias: [1, -0] });
    assertLeft(zero);
    assert.equal(
      recognised(stamping([2, 2, 3, 3], diagonal(CROSS), { bias: [1, 0] })).structure,
      'diagonal',
    );
    const wider = stamping([2, 3, 1, 1], (data) => data.fill(0));
    assertLeft(wider);
    const [layer] = zero.layers;
    assert(layer.kind === 'convTranspose');
    const dry = { ...layer, bias: null, weight: { ...layer.weight, data: new Float32Array(0) } };
    assertLeft({ ...zero, layers: [dry] });
  });
});

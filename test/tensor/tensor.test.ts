import assert from 'node:assert/strict';
import ndarray from 'ndarray';
import type { Backend } from '../../src/backend/backend.js';
import { backward } from '../../src/autograd/backward.js';
import { FcnError, ShapeError } from '../../src/core/errors.js';
import { add } from '../../src/ops/add.js';
import { relu } from '../../src/ops/relu.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { reference32, reference64, wasmBackend } from '../support/backends.js';

const backends: Readonly<Record<string, () => Promise<Backend>>> = {
  'reference-float32': () => Promise.resolve(reference32),
  'reference-float64': () => Promise.resolve(reference64),
  'wasm-simd': wasmBackend,
};

for (const [name, create] of Object.entries(backends)) {
  describe(`Tensor on ${name}`, () => {
    let backend: Backend;
    let mark: number;
    beforeEach(async () => {
      backend = await create();
      mark = backend.mark();
    });
    afterEach(() => {
      backend.release(mark);
    });

    it('is made of arrays, typed arrays and ndarrays, whose numbers it copies', () => {
      const source = Float64Array.of(1, 2, 3, 4, 5, 6);
      const made = [
        Tensor.from(backend, [1, 2, 3, 4, 5, 6], [2, 3]),
        Tensor.from(backend, source, [2, 3]),
        Tensor.from(backend, Uint8Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
        Tensor.from(backend, ndarray(source, [2, 3]), [2, 3]),
        Tensor.from(backend, ndarray(source, [2, 3]).step(-1, -1).step(-1, -1), [2, 3]),
        Tensor.from(backend, { data: source, shape: [2, 3], stride: [3, 1], offset: 0 }, [2, 3]),
      ];
      source.fill(9);
      for (const { data, shape } of made) {
        assert.deepEqual([...data], [1, 2, 3, 4, 5, 6]);
        assert.deepEqual(shape, [2, 3]);
      }
      const turned = ndarray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]).transpose(1, 0);
      assert.deepEqual([...Tensor.from(backend, turned, [3, 2]).data], [1, 4, 2, 5, 3, 6]);
    });

    it('refuses numbers that do not fit, and what is no shape', () => {
      const refused = [
        () => Tensor.from(backend, [1, 2, 3], [2, 2]),
        () => Tensor.from(backend, [1, 2, 3], []),
        () => Tensor.from(backend, [], [1]),
        () => Tensor.from(backend, ndarray([1, 2, 3, 4], [2, 2]), [4]),
        () => Tensor.from(backend, { data: [1], shape: [2], stride: [1], offset: 0 }, [2]),
        () => Tensor.from(backend, [], [-1]),
        () => Tensor.zeros(backend, [1.5]),
        () => Tensor.dry([NaN]),
      ];
      for (const make of refused) assert.throws(make, ShapeError);
    });

    it('lends its memory to an ndarray', () => {
      const x = Tensor.from(backend, [1, 2, 3, 4, 5, 6], [2, 3]);
      const view = x.toNdarray();
      assert.equal(view.data, x.data);
      assert.equal(view.dtype, name === 'reference-float64' ? 'float64' : 'float32');
      view.set(1, 2, 60);
      view.pick(0).hi(1).set(0, 10);
      assert.deepEqual([...x.data], [10, 2, 3, 4, 5, 60]);
      assert.deepEqual([...Tensor.from(backend, view, [2, 3]).data], [...x.data]);
    });

    it('has numbers of its backend: of 24 bits, or of 53', () => {
      const x = Tensor.from(backend, [0.1], []);
      assert.equal(x.item(), name === 'reference-float64' ? 0.1 : Math.fround(0.1));
    });

    it('gives the only number it has, whatever its rank', () => {
      assert.equal(Tensor.from(backend, [7], [1, 1, 1]).item(), 7);
      assert.throws(() => Tensor.zeros(backend, [2], { name: 'bias' }).item(), {
        name: 'ShapeError',
        message: 'item: bias [2] is not a scalar',
      });
      assert.throws(() => Tensor.zeros(backend, [0]).item(), ShapeError);
    });

    it('starts with zeros where it is to, on used memory too', () => {
      Tensor.from(backend, [1, 2, 3], [3]).free();
      assert.deepEqual([...Tensor.zeros(backend, [3]).data], [0, 0, 0]);
      const w = Tensor.zeros(backend, [3], { requiresGrad: true });
      w.grad.fill(5);
      w.freeGrad();
      assert.deepEqual([...w.grad], [0, 0, 0]);
    });

    it('is detached over the same memory, without gradient and history', () => {
      const w = Tensor.from(backend, [-1, 2], [2], { requiresGrad: true });
      const y = relu(w);
      const cut = y.detach();
      assert.equal(cut.data, y.data);
      assert.deepEqual([cut.creator, cut.requiresGrad, cut.hasGrad], [null, false, false]);
      assert.deepEqual(cut.origin.inputs, []);
      assert.equal(relu(cut).creator, null);
      y.free();
      assert.throws(() => cut.data, FcnError);
    });

    it('has a gradient when first asked for, which can be zeroed and given back', () => {
      const w = Tensor.zeros(backend, [2, 2]);
      w.zeroGrad();
      assert.equal(w.hasGrad, false);
      assert.deepEqual([...w.grad], [0, 0, 0, 0]);
      w.grad[3] = 1;
      assert.equal(w.grad[3], 1);
      w.zeroGrad();
      assert.deepEqual([w.hasGrad, ...w.grad], [true, 0, 0, 0, 0]);
      const { grad } = w;
      w.freeGrad();
      w.freeGrad();
      assert.deepEqual(
        [w.hasGrad, backend.isLive(grad), backend.isLive(w.data)],
        [false, false, true],
      );
    });

    it('can be given back twice, but not used afterwards', () => {
      const w = Tensor.zeros(backend, [2, 2], { name: 'conv1_1.weight' });
      const { data, grad } = w;
      w.free();
      w.free();
      assert.deepEqual(
        [data, grad].map((buffer) => backend.isLive(buffer)),
        [false, false],
      );
      const gone = {
        name: 'FcnError',
        message: 'the memory of conv1_1.weight [2, 2] was given back',
      };
      for (const use of [() => w.data, () => w.grad, () => w.toNdarray(), () => relu(w)]) {
        assert.throws(use, gone);
      }
      w.zeroGrad();
      assert.equal(w.hasGrad, false);
    });

    it('is gone after the release of a mark that is older', () => {
      const since = backend.mark();
      const w = Tensor.from(backend, [1], [1], { requiresGrad: true });
      const y = relu(w);
      backend.release(since);
      assert.throws(() => y.item(), FcnError);
      assert.throws(() => {
        backward(y);
      }, FcnError);
      w.free();
    });

    it('frees nothing of others that took its place', () => {
      const since = backend.mark();
      const old = Tensor.from(backend, [1], [1]);
      backend.release(since);
      const young = Tensor.from(backend, [2], [1]);
      old.free();
      assert.equal(young.item(), 2);
    });

    it('buffers are given back once', () => {
      const buffer = backend.alloc(4);
      backend.free(buffer);
      assert.throws(() => {
        backend.free(buffer);
      }, FcnError);
    });
  });
}

describe('Tensor', () => {
  it('is frozen and thawed for the ops that come, unless an op made it', () => {
    const w = Tensor.from(reference64, [1], [1], { requiresGrad: true });
    assert.equal(w.requiresGrad, true);
    const y = relu(w);
    w.requiresGrad = false;
    assert.equal(relu(w).creator, null);
    w.requiresGrad = true;
    assert.notEqual(relu(w).creator, null);
    assert.equal(y.requiresGrad, true);
    assert.throws(
      () => {
        y.requiresGrad = false;
      },
      { name: 'FcnError', message: 'relu [1] is not a leaf' },
    );
  });

  it('says what it is', () => {
    const input = Tensor.zeros(reference64, [1, 2]);
    const learned = Tensor.zeros(reference64, [], { requiresGrad: true });
    assert.equal(input.describe(), 'input [1, 2]');
    assert.equal(learned.describe(), 'parameter []');
    assert.equal(Tensor.dry([3], 'data').describe(), 'data [3]');
    assert.equal(relu(input).describe(), 'relu [1, 2]');
  });
});

describe('a dry tensor', () => {
  it('has a shape, a name and no numbers', () => {
    const x = Tensor.dry([1, 3, 500, 500], 'data');
    assert.deepEqual([x.shape, x.backend, x.origin.name], [[1, 3, 500, 500], null, 'data']);
    assert.throws(() => x.data, { name: 'FcnError', message: 'a dry tensor has no numbers' });
    assert.throws(() => x.grad, { name: 'FcnError', message: 'a dry tensor has no gradient' });
    assert.throws(() => Tensor.dry([]).item(), FcnError);
    assert.equal(x.hasGrad, false);
    x.zeroGrad();
    x.free();
  });

  it('makes all that is computed from it dry, and takes no memory, however large', () => {
    const wet = Tensor.from(reference64, [1], [1], { requiresGrad: true });
    for (const y of [add(Tensor.dry([1]), wet), add(wet, Tensor.dry([1]))]) {
      assert.deepEqual([y.backend, y.creator, y.requiresGrad, y.shape], [null, null, false, [1]]);
    }
    const huge = [1000, 1000, 1000, 1000];
    const y = relu(Tensor.dry(huge));
    assert.deepEqual([y.shape, y.origin.op, y.origin.inputs.length], [huge, 'relu', 1]);
    assert.throws(() => {
      backward(y);
    }, FcnError);
    assert.equal(y.detach().backend, null);
  });
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { noGrad } from '../../../src/autograd/no-grad.js';
import { buildCaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { loadCaffeWeights } from '../../../src/formats/caffe/load-weights.js';
import { readMean, readSolverState } from '../../../src/io/caffe/read-files.js';
import { printTextFormat } from '../../../src/io/caffe/print-text.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { wasmBackend } from '../../support/backends.js';
import { readPrototxt, readWeights, sourceOf } from '../../support/caffe-files.js';
import { assertClose, assertSameBits } from '../../support/close.js';
import { readNpz } from '../../support/npz.js';
import { sharedFile } from '../../support/shared.js';

/** Files, and what their numbers are: the expected ones, or these in another type, or twice them. */
const VARIANTS: readonly (readonly [file: string, expected: string, factor: number])[] = [
  ['v2.caffemodel', 'expected', 1],
  ['v1.caffemodel', 'expected', 1],
  ['v0.caffemodel', 'expected', 1],
  ['v2_legacy_shape.caffemodel', 'expected', 1],
  ['v2_with_diff.caffemodel', 'expected', 1],
  ['unpacked.caffemodel', 'expected', 1],
  ['chunks.caffemodel', 'expected', 1],
  ['double.caffemodel', 'expected_double', 1],
  ['v2_data_and_double.caffemodel', 'expected', 2],
  ['v2.caffemodel.h5', 'expected', 1],
];

describe("Caffe's weights", function () {
  this.timeout(60_000);
  let folder: string;
  before(function () {
    folder = sharedFile(this, 'golden/caffe/formats/weights');
  });
  const openNet = async () =>
    buildCaffeNetwork(readPrototxt(join(folder, 'net.prototxt')), {
      maker: { backend: await wasmBackend(), rng: null },
    });

  it('have the same numbers in every version and format', async () => {
    const net = await openNet();
    for (const [file, expected, factor] of VARIANTS) {
      const report = loadCaffeWeights(net.network, readWeights(join(folder, file)));
      assert.deepEqual([report.missing, report.ignored], [[], []], file);
      const arrays = readNpz(join(folder, `${expected}.npz`));
      for (const [name, { data }] of net.network.parameters()) {
        const key = name.replace('.weight', '.0').replace('.bias', '.1');
        const array = arrays.get(key) ?? assert.fail(`${key} of ${[...arrays.keys()].join(' ')}`);
        assertSameBits(
          `${file} ${key}`,
          data,
          array.data.map((value) => value * factor),
        );
      }
    }
  });

  it('of some layers leave the other layers unchanged, and list them', async () => {
    const net = await openNet();
    for (const { data } of net.network.parameters().values()) data.fill(7);
    const report = loadCaffeWeights(net.network, readWeights(join(folder, 'partial.caffemodel')));
    assert.deepEqual(report.copied, ['conv1_1', 'fc7']);
    assert.equal(report.ignored.length, 1);
    assert.ok(report.missing.includes('conv1_2'));
    assert.equal(net.network.parameters().get('conv1_2.weight')?.data[0], 7);
    assert.notEqual(net.network.parameters().get('conv1_1.weight')?.data[0], 7);
  });

  it('classify like Caffe', async () => {
    const backend = await wasmBackend();
    const net = await openNet();
    loadCaffeWeights(net.network, readWeights(join(folder, 'v2.caffemodel')));
    const arrays = readNpz(join(folder, 'expected.npz'));
    const image = arrays.get('input_u') ?? assert.fail('no input');
    const [input] = net.network.inputs;
    const mark = backend.mark();
    const seen = new Map<string, Tensor>();
    noGrad(() =>
      net.network.run(
        new Map([[input, Tensor.from(backend, image.data, image.shape)]]),
        (name, tensor) => seen.set(name, tensor),
      ),
    );
    let compared = 0;
    for (const [name, tensor] of seen) {
      const expected = arrays.get(`blob/${name}`) ?? arrays.get(name);
      if (!expected || name === input) continue;
      assertClose(name, tensor.data, expected.data, 1e-5);
      compared++;
    }
    backend.release(mark);
    assert.ok(compared > 0, [...arrays.keys()].join(' '));
  });

  it('are rejected if a shape differs, without writing any', async () => {
    const net = await openNet();
    for (const { data } of net.network.parameters().values()) data.fill(7);
    const blobs = new Map(readWeights(join(folder, 'v2.caffemodel')));
    const [weight] = blobs.get('fc8') ?? assert.fail('no fc8');
    blobs.set('fc8', [weight, weight]);
    assert.throws(
      () => loadCaffeWeights(net.network, blobs),
      /layer fc8: bias has another shape in the file \(got \[13, 11\], expected \[13\]\)/,
    );
    blobs.set('fc8', [weight]);
    assert.throws(
      () => loadCaffeWeights(net.network, blobs),
      /fc8: wrong number of blobs in the file \(got 1, expected 2\)/,
    );
    assert.equal(net.network.parameters().get('conv1_1.weight')?.data[0], 7);
  });

  it('have a mean image', () => {
    const [expected] = readNpz(join(folder, 'mean_expected.npz')).values();
    const mean = readMean(sourceOf(join(folder, 'mean.binaryproto')));
    assert.deepEqual([...mean.numbers.toFloats()], [...expected.data]);
  });

  it('of old descriptions fit the upgraded network', () => {
    for (const age of ['v0', 'v1']) {
      assert.equal(
        printTextFormat(readPrototxt(join(folder, `${age}.prototxt`))),
        printTextFormat(readPrototxt(join(folder, `${age}.upgraded.prototxt`))),
      );
    }
  });

  it('have a solver state', function () {
    const states = sharedFile(this, 'golden/caffe/formats/solverstate');
    const arrays = readNpz(join(states, 'expected_iter5.npz'));
    const histories = [...arrays].filter(([name]) => name.startsWith('history'));
    assert.ok(histories.length > 0, [...arrays.keys()].join(' '));
    for (const file of ['tiny_binaryproto_iter_5.solverstate', 'tiny_hdf5_iter_5.solverstate.h5']) {
      const state = readSolverState(sourceOf(join(states, file)));
      assert.deepEqual([state.iteration, state.currentStep], [5, 2]);
      assert.match(state.learnedNet, /iter_5\.caffemodel(\.h5)?$/);
      assert.equal(state.history.length, histories.length);
      histories.forEach(([name, { data }], i) => {
        assertSameBits(`${file} ${name}`, state.history[i].numbers.toFloats(), data);
      });
    }
  });
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noGrad } from '../../../src/autograd/no-grad.js';
import { createWasmBackend } from '../../../src/backend/wasm/index.js';
import { createRng } from '../../../src/core/rng.js';
import { openCaffeNetwork } from '../../../src/formats/caffe/open-network.js';
import { caffeOptimizerState } from '../../../src/formats/caffe/solver.js';
import { writeCaffeModel } from '../../../src/formats/caffe/write-model.js';
import { memorySource } from '../../../src/io/byte-source.js';
import { printTextFormat } from '../../../src/io/caffe/print-text.js';
import { readCaffeModel, readSolverState } from '../../../src/io/caffe/read-files.js';
import { compile } from '../../../src/plan/compile.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { reference32 } from '../../support/backends.js';
import { assertSameBits } from '../../support/close.js';
import { fixture } from '../../support/fixtures.js';
import { readNpz } from '../../support/npz.js';

const PATH = (file: string): string =>
  fileURLToPath(new URL(`../../../fixtures/caffe/${file}`, import.meta.url));
const maker = { backend: reference32, rng: null };
const open = () =>
  openCaffeNetwork({
    prototxt: PATH('tiny.prototxt'),
    weights: PATH('tiny.caffemodel'),
    maker,
    state: { phase: 'TRAIN' },
  });

describe('a small network that Caffe trained', () => {
  const expected = readNpz(PATH('tiny.npz'));
  const keyOf = (name: string): string => name.replace(/\.weight$/, '.0').replace(/\.bias$/, '.1');

  it('is opened with the bits of its files', () => {
    const { network, report } = open();
    assert.deepEqual(report?.missing, []);
    for (const [name, { data }] of network.parameters()) {
      assertSameBits(name, data, expected.get(keyOf(name))?.data ?? []);
    }
  });

  it('is refused if its weights have another SHA-256', () => {
    const paths = { prototxt: PATH('tiny.prototxt'), weights: PATH('tiny.caffemodel'), maker };
    const sha256 = createHash('sha256').update(fixture('caffe/tiny.caffemodel')).digest('hex');
    assert.deepEqual(openCaffeNetwork({ ...paths, sha256 }).report?.missing, []);
    assert.throws(() => openCaffeNetwork({ ...paths, sha256: '0'.repeat(64) }), /wrong SHA-256/);
  });

  it('resumes from its solver state', () => {
    const net = open();
    const bytes = fixture('caffe/tiny.solverstate');
    const state = readSolverState(memorySource(bytes, 'tiny.solverstate'));
    const { steps, arrays } = caffeOptimizerState(state, net);
    assert.equal(steps, 5);
    for (const [name, { data }] of arrays) {
      const key = `history/${keyOf(name.replace('velocity/', ''))}`;
      assertSameBits(name, data, expected.get(key)?.data ?? []);
    }
  });

  it('has the same layers and numbers after writing and reading', () => {
    const net = open();
    const bytes = Buffer.concat(writeCaffeModel(net));
    const again = readCaffeModel(memorySource(bytes, 'again'));
    for (const [layer, blobs] of again.blobs) {
      blobs.forEach(({ numbers }, i) => {
        const key = `${layer}.${String(i)}`;
        assertSameBits(key, numbers.toFloats(), expected.get(key)?.data ?? []);
      });
    }
    const folder = mkdtempSync(join(tmpdir(), 'fcn-caffe-'));
    try {
      const text = join(folder, 'net.prototxt');
      const weights = join(folder, 'net.caffemodel');
      writeFileSync(text, printTextFormat(net.definition));
      writeFileSync(weights, bytes);
      const back = openCaffeNetwork({ prototxt: text, weights, maker, state: { phase: 'TRAIN' } });
      assert.deepEqual(back.report?.ignored, []);
      assert.equal(printTextFormat(back.definition), printTextFormat(net.definition));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('also computes its loss in a plan of one image', async () => {
    const backend = await createWasmBackend();
    const { network } = openCaffeNetwork({
      ...{ prototxt: PATH('tiny.prototxt'), weights: PATH('tiny.caffemodel') },
      maker: { backend, rng: null },
    });
    const rng = createRng(1850);
    const given = new Map([
      ['data', Float32Array.from({ length: 2 * 6 * 7 }, () => rng.normal())],
      ['label', Float32Array.from({ length: 6 * 7 }, (_, i) => (i % 5 === 4 ? 255 : i % 5))],
    ]);
    const shapes = new Map([
      ['data', [1, 2, 6, 7]],
      ['label', [1, 1, 6, 7]],
    ]);
    const tensors = Array.from(given, ([name, data]): [string, Tensor] => {
      return [name, Tensor.from(backend, data, shapes.get(name) ?? [])];
    });
    const eager = noGrad(() => network.run(new Map(tensors)))
      .get('loss')
      ?.item();
    const plan = compile(network, shapes, { backend });
    assert.ok(eager !== undefined && eager > 0);
    // From the second image on, a plan may compute a region only; a loss needs the whole image.
    for (let i = 0; i < 2; i++) assert.equal(plan.run(given).get('loss')?.[0], eager);
    assert.throws(
      () =>
        compile(network, new Map([...shapes].map(([name, s]) => [name, s.with(0, 2)])), {
          backend,
        }),
      /got \[1\] for a batch/,
    );
  });
});

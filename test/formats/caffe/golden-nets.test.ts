import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noGrad } from '../../../src/autograd/no-grad.js';
import type { Backend } from '../../../src/backend/backend.js';
import { createWasmBackend, type WasmBackend } from '../../../src/backend/wasm/index.js';
import { numel } from '../../../src/core/shape.js';
import { buildCaffeNetwork, type CaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { loadCaffeWeights } from '../../../src/formats/caffe/load-weights.js';
import { compile } from '../../../src/plan/compile.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { reference64 } from '../../support/backends.js';
import { readPrototxt, readWeights } from '../../support/caffe-files.js';
import { assertSameBits, largest } from '../../support/close.js';
import { readNpz } from '../../support/npz.js';
import { sharedFile } from '../../support/shared.js';

/** Tolerance that the goldens' README allows for another order of summation; Caffe is within 2e-6 of float64. */
const TOLERANCE = 1e-5;

interface GoldenCase {
  readonly file: string;
  readonly blobs: Readonly<
    Record<
      string,
      { readonly shape: readonly number[]; readonly stored_channels?: readonly number[] }
    >
  >;
}

/** Runs a network on the inputs of a case and returns the largest error of any blob, relative to its largest number. */
function worstError(
  folder: string,
  net: CaffeNetwork,
  backend: Backend,
  golden: GoldenCase,
): number {
  const stored = readNpz(join(folder, golden.file));
  const inputs = new Map<string, Tensor>();
  for (const name of net.network.inputs) {
    const array = stored.get(name);
    assert.ok(array, name);
    inputs.set(name, Tensor.from(backend, array.data, array.shape));
  }
  const seen = new Map<string, Tensor>();
  const made = new Set<Tensor>(inputs.values());
  noGrad(() =>
    net.network.run(inputs, (name, tensor) => {
      seen.set(name, tensor);
      made.add(tensor);
    }),
  );
  assert.deepEqual([...seen.keys()].sort(), Object.keys(golden.blobs).sort());
  let worst = 0;
  for (const [name, { shape, stored_channels: channels }] of Object.entries(golden.blobs)) {
    const got = seen.get(name);
    const expected = stored.get(name);
    assert.ok(got && expected, name);
    assert.deepEqual(got.shape, shape, name);
    const plane = numel(shape.slice(2));
    const picked = channels
      ? Float64Array.from(
          channels.flatMap((c) => Array.from(got.data.subarray(c * plane, (c + 1) * plane))),
        )
      : got.data;
    assert.equal(picked.length, expected.data.length, name);
    let error = 0;
    for (let i = 0; i < picked.length; i++) {
      error = Math.max(error, Math.abs(picked[i] - expected.data[i]));
    }
    const most = largest(expected.data);
    worst = Math.max(worst, most === 0 ? error : error / most);
  }
  for (const tensor of made) tensor.free();
  return worst;
}

describe('Caffe networks', function () {
  this.timeout(600_000);
  let root: string;
  let wasm: WasmBackend;

  before(async function () {
    root = sharedFile(this, 'golden/caffe/nets');
    wasm = await createWasmBackend({ capacityBytes: 2 ** 30 });
  });

  const open = (folder: string, backend: Backend): CaffeNetwork => {
    const net = buildCaffeNetwork(readPrototxt(join(folder, 'deploy.prototxt')), {
      maker: { backend, rng: null },
    });
    const packed = join(folder, 'weights.caffemodel.gz');
    const file = existsSync(packed) ? packed : join(folder, 'weights.caffemodel');
    const report = loadCaffeWeights(net.network, readWeights(file));
    assert.deepEqual([report.missing, report.ignored], [[], []]);
    return net;
  };
  const casesOf = (folder: string): readonly GoldenCase[] =>
    (JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { cases: GoldenCase[] })
      .cases;

  it('compute every blob as Caffe does', () => {
    const ids = readdirSync(root);
    assert.equal(ids.length, 11);
    const found: number[] = [];
    for (const id of ids) {
      const folder = join(root, id);
      const net = open(folder, wasm);
      for (const golden of casesOf(folder)) {
        const worst = worstError(folder, net, wasm, golden);
        assert.ok(worst <= TOLERANCE, `${id} ${golden.file}: ${worst.toExponential(2)}`);
        found.push(worst);
      }
      for (const tensor of net.network.parameters().values()) tensor.free();
    }
    console.log(`    largest relative error of any blob: ${Math.max(...found).toExponential(2)}`);
  });

  it('compile to plans with the bits of the eager ops', () => {
    for (const id of [
      'voc-fcn-alexnet',
      'voc-fcn8s-atonce',
      'siftflow-fcn8s',
      'nyud-fcn32s-color-hha',
    ]) {
      const folder = join(root, id);
      const { network } = open(folder, wasm);
      const [{ file }] = casesOf(folder);
      const stored = readNpz(join(folder, file));
      const given = network.inputs.map(
        (name) => [name, stored.get(name) ?? assert.fail(name)] as const,
      );
      const shapes = new Map(given.map(([name, { shape }]) => [name, shape]));
      const plan = compile(network, shapes, { backend: wasm });
      const planned = plan.run(new Map(given.map(([name, { data }]) => [name, data])));
      const inputs = given.map(
        ([name, { data, shape }]) => [name, Tensor.from(wasm, data, shape)] as const,
      );
      const eager = noGrad(() => network.run(new Map(inputs)));
      assert.deepEqual([...planned.keys()], network.outputs);
      for (const [name, { data }] of eager) {
        assertSameBits(`${id} ${name}`, planned.get(name) ?? [], data);
      }
      plan.dispose();
      for (const tensor of [...network.parameters().values(), ...eager.values()]) tensor.free();
    }
  });

  it('compute in float64 what Caffe does, up to the rounding of Caffe’s float32', () => {
    const found = readdirSync(root).map((id) => {
      const folder = join(root, id);
      const [smallest] = casesOf(folder);
      const worst = worstError(folder, open(folder, reference64), reference64, smallest);
      // Caffe's float32 is within 2e-6 of float64, by its README.
      assert.ok(worst <= 2e-6, `${id} ${smallest.file}: ${worst.toExponential(2)}`);
      return worst;
    });
    const within = found.filter((worst) => worst <= 1e-6).length;
    console.log(
      `    float64: ${String(within)} of ${String(found.length)} within 1e-6, the last at ` +
        Math.max(...found).toExponential(2),
    );
    assert.equal(found.length, 11);
  });
});

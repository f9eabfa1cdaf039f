import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { noGrad } from '../../../src/autograd/no-grad.js';
import type { FloatArray } from '../../../src/backend/attributes.js';
import { createWasmBackend } from '../../../src/backend/wasm/index.js';
import type { NamedArray } from '../../../src/core/named-arrays.js';
import { buildCaffeNetwork, type CaffeNetwork } from '../../../src/formats/caffe/build-network.js';
import { bilinearFiller } from '../../../src/nn/init.js';
import { Tensor } from '../../../src/tensor/tensor.js';
import { readPrototxt } from '../../support/caffe-files.js';
import { assertClose, assertSameBits, assertWithin } from '../../support/close.js';
import { readNpz } from '../../support/npz.js';
import { sharedFile } from '../../support/shared.js';

/** Half of the tolerance that the manifest allows for another order of summation. */
const TOLERANCE = 1e-5;
/** Number of stored samples of each blob, evenly strided. */
const SAMPLES = 256;

interface GoldenTensor {
  readonly layer: string;
  readonly blob: number;
  readonly tensor_index?: number;
  readonly a?: number;
  readonly first8?: readonly number[];
  readonly last?: number;
}

interface Manifest {
  readonly seed: number;
  readonly input_tensor_index: number;
  readonly input_a: number;
  readonly nets: readonly {
    readonly net: string;
    readonly prototxt: string;
    readonly tensors: readonly GoldenTensor[];
    readonly cases: readonly {
      readonly file: string;
      readonly height: number;
      readonly width: number;
      readonly stats: Readonly<Record<string, { readonly min: number; readonly max: number }>>;
    }[];
  }[];
}

/** Fills a tensor by the manifest's formula: numbers in [−a, a) from the indices of tensor and number. */
function fillByFormula(target: FloatArray, seed: number, tensor: number, a: number): void {
  const start = (Math.imul(tensor, 0x85ebca77) + seed) | 0;
  for (let i = 0; i < target.length; i++) {
    let x = (Math.imul(i, 0x9e3779b1) + start) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    x ^= x >>> 16;
    const odd = 2 * (x >>> 8) + 1 - 2 ** 24;
    target[i] = (odd / 2 ** 24) * a;
  }
}

/** Fills every parameter and compares it with the numbers in the manifest, where it has some. */
function fillParameters(
  { network }: CaffeNetwork,
  tensors: readonly GoldenTensor[],
  seed: number,
): void {
  const parameters = network.parameters();
  assert.equal(parameters.size, tensors.length);
  for (const { layer, blob, tensor_index: index, a, first8, last } of tensors) {
    const name = `${layer}.${blob === 0 ? 'weight' : 'bias'}`;
    const { data, shape } = parameters.get(name) ?? assert.fail(name);
    if (index === undefined || a === undefined) {
      bilinearFiller(data, shape, null);
      continue;
    }
    fillByFormula(data, seed, index, Math.fround(a));
    const known = [...(first8 ?? []), last ?? NaN];
    assertSameBits(name, [...data.subarray(0, 8), data[data.length - 1]], known);
  }
}

/** Samples of a blob, at the places of the stored ones. */
function samplesOf({ data }: Tensor): number[] {
  return Array.from({ length: SAMPLES }, (_, j) => data[Math.floor((j * data.length) / SAMPLES)]);
}

describe('Caffe networks at full width, with weights by a formula', function () {
  this.timeout(600_000);

  it('compute Caffe’s scores, and Caffe’s samples of every blob', async function () {
    const root = sharedFile(this, 'golden/caffe/fullwidth');
    const manifest = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')) as Manifest;
    const backend = await createWasmBackend({ capacityBytes: 2 ** 30 });
    const worst: number[] = [];
    let blobs = 0;
    for (const { prototxt, tensors, cases } of manifest.nets) {
      const mark = backend.mark();
      const net = buildCaffeNetwork(readPrototxt(join(root, prototxt)), {
        maker: { backend, rng: null },
      });
      fillParameters(net, tensors, manifest.seed);
      for (const { file, height, width, stats } of cases) {
        const golden = readNpz(join(root, file));
        const image = Tensor.zeros(backend, [1, 3, height, width]);
        fillByFormula(image.data, manifest.seed, manifest.input_tensor_index, manifest.input_a);
        // An in-place layer writes a blob again: the last value counts.
        const seen = new Map<string, readonly number[]>();
        const outputs = noGrad(() =>
          net.network.run(new Map([['data', image]]), (name, tensor) => {
            seen.set(name, samplesOf(tensor));
            if (name === 'score_fr') worst.push(compare(file, name, tensor, golden));
          }),
        );
        for (const [name, tensor] of outputs) {
          worst.push(compare(file, name, tensor, golden));
          tensor.free();
        }
        const blobNames = Object.keys(stats).filter((name) => name !== 'argmax_min_gap');
        assert.deepEqual([...seen.keys()].sort(), blobNames.sort());
        for (const [name, samples] of seen) {
          const { min, max } = stats[name];
          const expected = golden.get(`samples/${name}`) ?? assert.fail(name);
          assertWithin(`${file} ${name}`, samples, expected.data, TOLERANCE * Math.max(-min, max));
        }
        blobs += seen.size;
        image.free();
      }
      backend.release(mark);
    }
    const error = Math.max(...worst).toExponential(2);
    console.log(`    ${String(blobs)} blobs; largest relative error of any score: ${error}`);
    assert.equal(worst.length, 8);
  });
});

/** Checks scores against the golden and returns the largest error, relative to the largest score. */
function compare(
  file: string,
  name: string,
  { data }: Tensor,
  golden: ReadonlyMap<string, NamedArray>,
): number {
  const expected = golden.get(name) ?? assert.fail(name);
  assertClose(`${file} ${name}`, data, expected.data, TOLERANCE);
  let [error, most] = [0, 0];
  expected.data.forEach((value, i) => {
    error = Math.max(error, Math.abs(value - data[i]));
    most = Math.max(most, Math.abs(value));
  });
  return error / most;
}

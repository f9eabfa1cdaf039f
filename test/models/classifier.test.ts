import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { noGrad } from '../../src/autograd/no-grad.js';
import { createRng } from '../../src/core/rng.js';
import { decodePng } from '../../src/data/png.js';
import { receptiveField } from '../../src/graph/receptive-field.js';
import { trace } from '../../src/graph/trace.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import {
  createSqueezenetClassifier,
  createVgg16Classifier,
  type Classifier,
} from '../../src/models/classifier.js';
import { loadParameters } from '../../src/models/load-parameters.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { normals } from '../support/arbitraries.js';
import { wasmBackend } from '../support/backends.js';
import { assertClose } from '../support/close.js';
import { fixture } from '../support/fixtures.js';
import { sharedFile } from '../support/shared.js';

const GOLDEN = 'classifier/squeezenet1_0.safetensors';
const { arrays: golden, metadata } = readSafetensors(fixture(GOLDEN), GOLDEN);
/** Written by tools/make-classifier-goldens.py. */
const photos = JSON.parse(metadata.get('photos') ?? '[]') as {
  name: string;
  crop: string;
  top5: number[];
}[];
const map = JSON.parse(metadata.get('map') ?? '{}') as { photo: string; classes: number[] };
const tolerance = Number(metadata.get('tolerance'));

/** Blue, green, red without their means, `[1, 3, H, W]`. */
async function inputOf(bytes: Uint8Array, name: string): Promise<Tensor> {
  const { width, height, data } = decodePng(bytes, name);
  const plane = width * height;
  const mean = [104, 117, 123];
  const values = Float32Array.from({ length: 3 * plane }, (_, i) => {
    const channel = Math.floor(i / plane);
    return data[3 * (i % plane) + 2 - channel] - mean[channel];
  });
  return Tensor.from(await wasmBackend(), values, [1, 3, height, width]);
}

async function published(context: Mocha.Context): Promise<Classifier> {
  const path = sharedFile(context, 'data/weights/squeezenet1_0-imagenet.safetensors');
  const classifier = createSqueezenetClassifier(await wasmBackend());
  loadParameters(classifier.classify, readSafetensors(readFileSync(path), path).arrays);
  return classifier;
}

function topFive(scores: ArrayLike<number>): number[] {
  const order = Array.from(scores, (_, i) => i);
  return order.sort((a, b) => scores[b] - scores[a] || a - b).slice(0, 5);
}

describe('SqueezeNet 1.0 as published', () => {
  it('says of four photos what torch says', async function () {
    const { classify } = await published(this);
    assert.equal(photos.length, 4);
    for (const { name, crop, top5 } of photos) {
      const x = await inputOf(fixture(`classifier/${crop}`), crop);
      const scores = noGrad(() => classify.forward(x));
      assert.deepEqual(scores.shape, [1, 1000, 1, 1]);
      assertClose(name, scores.data, golden.get(`${name}/scores`)?.data ?? [], tolerance);
      assert.deepEqual(topFive(scores.data), top5);
      scores.free();
    }
  });

  it('rewritten, gives the map that torch gives, and its mean is the classifier’s score', async function () {
    const { classify, scoreMap } = await published(this);
    const path = sharedFile(this, `data/photos/${map.photo}`);
    const x = await inputOf(readFileSync(path), path);
    const scores = noGrad(() => scoreMap.forward(x));
    const expected = golden.get('map/scores');
    assert(expected);
    const [, H, W] = expected.shape;
    assert.deepEqual(scores.shape, [1, 1000, H, W]);
    const averaged = noGrad(() => classify.forward(x));
    map.classes.forEach((classId, i) => {
      const plane = (all: Float32Array | Float64Array, at: number): Float64Array =>
        Float64Array.from(all.subarray(at * H * W, (at + 1) * H * W));
      const got = plane(scores.data, classId);
      assertClose(`class ${String(classId)}`, got, plane(expected.data, i), tolerance);
      const mean = got.reduce((sum, score) => sum + score, 0) / got.length;
      // 580 float32 sums: at most 580 · 2⁻²⁴ = 3.5e-5.
      assertClose('mean', [averaged.data[classId]], [mean], 4e-5);
    });
  });

  it('as trained, a unit of version 1.0 stands every 16 pixels', () => {
    const { scoreMap } = createSqueezenetClassifier(null);
    const graph = trace(scoreMap, [1, 3, 227, 227]);
    const fire9 = graph.nodes.find(({ name }) => name === 'fire9');
    assert(fire9);
    const [{ stride, offset }] = receptiveField(fire9, graph.inputs[0]);
    assert.deepEqual([fire9.shape, stride.num, offset.num], [[1, 512, 13, 13], 16, 17]);
  });
});

describe('VGG16, rewritten', () => {
  const narrow = { widths: [2, 2, 3, 4, 4], hidden: 6, classes: 5, rng: createRng(4) };

  it('gives the classifier’s numbers on its native size', async () => {
    const backend = await wasmBackend();
    const mark = backend.mark();
    const { classify, scoreMap, nativeSize } = createVgg16Classifier(backend, narrow);
    const side = nativeSize;
    const x = Tensor.from(backend, normals(createRng(5), 3 * side * side), [1, 3, side, side]);
    const scores = noGrad(() => classify.forward(x));
    const mapped = noGrad(() => scoreMap.forward(x));
    assert.deepEqual(
      [scores.shape, mapped.shape],
      [
        [1, 5],
        [1, 5, 1, 1],
      ],
    );
    // fc6 adds the same 196 products in another order; fc7 and fc8 in the same. 196 · 2⁻²⁴ = 1.2e-5.
    assertClose('scores', mapped.data, scores.data, 2e-5);
    assert(scores.data.some((score) => score !== 0));
    backend.release(mark);
  });

  it('gives a map on a larger image, and has the classifier’s parameters', () => {
    const { classify, scoreMap } = createVgg16Classifier(null);
    assert.deepEqual(scoreMap.forward(Tensor.dry([1, 3, 500, 500])).shape, [1, 1000, 10, 10]);
    assert.deepEqual(classify.forward(Tensor.dry([1, 3, 224, 224])).shape, [1, 1000]);
    assert.deepEqual([...classify.parameters().keys()], [...scoreMap.parameters().keys()]);
    const shape = scoreMap.parameters().get('fc6.weight')?.shape;
    assert.deepEqual(shape, [4096, 512, 7, 7]);
  });
});

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noGrad } from '../../src/autograd/no-grad.js';
import { VOC_CLASSES } from '../../src/data/classes.js';
import { pictureInput } from '../../src/data/make-input.js';
import type { Preprocessing } from '../../src/data/preprocessing.js';
import { OnnxNetwork } from '../../src/formats/onnx/onnx-network.js';
import type { OnnxModel } from '../../src/io/onnx/model.js';
import { createSegmenter, type SegmenterOptions } from '../../src/segment/segmenter.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { zooEntry } from '../../src/zoo/catalogue.js';
import { scratchFolder } from '../cli/run-cli.js';
import { wasmBackend } from '../support/backends.js';
import { cacheAs, narrowZooModel } from '../support/narrow-onnx.js';
import { bytesOf, floats, ints, modelOf, nodeOf } from '../support/onnx-model.js';
import { withEnvironment } from '../support/with-environment.js';
import { picture } from './pictures.js';

const NAME = 'onnx-fcn-resnet50-12';
const { preprocessing: TORCHVISION } = zooEntry(NAME);
/** As torchvision's, but for the size: small. */
const SMALL: Preprocessing = { ...TORCHVISION, shortSide: 33 };

/** What the ops give, one by one, at the size that the network sees. */
async function inputScores(model: OnnxModel, output: string, how: Preprocessing) {
  const backend = await wasmBackend();
  const mark = backend.mark();
  const network = new OnnxNetwork(model, backend);
  const { data, height, width } = pictureInput(picture(37, 33), how);
  const x = Tensor.from(backend, data, [1, 3, height, width]);
  const scores = noGrad(() => network.run(new Map([[network.inputs[0], x]]))).get(output);
  const copied = Float32Array.from(scores?.data ?? []);
  backend.release(mark);
  return copied;
}

/** By name, since published weights are imported anew, with classes of errors of their own. */
function refused(message: RegExp): object {
  return { name: 'OpenError', message };
}

describe('ONNX files that segment', () => {
  const folder = scratchFolder();

  const store = async (model: OnnxModel): Promise<string> => {
    const path = join(folder.path, 'network.onnx');
    await writeFile(path, bytesOf(model));
    return path;
  };
  const segment = async (model: string, options: SegmenterOptions = {}) => {
    const backend = await wasmBackend();
    using segmenter = await createSegmenter({ model, backend, mode: 'exact', ...options });
    const result = await segmenter.segment(picture(37, 33), { scores: true });
    return { classes: segmenter.classes, ...result };
  };

  it('of a name in the zoo have its classes, and the bits of the ops', async () => {
    const model = narrowZooModel();
    await cacheAs(folder.path, NAME, bytesOf(model));
    await withEnvironment({ FCN_HOME: folder.path }, async () => {
      const byName = await segment(NAME, { preprocessing: SMALL });
      assert.deepEqual(byName.classes, VOC_CLASSES);
      assert.ok(byName.planHash);
      assert.deepEqual(byName.scores, await inputScores(model, 'out', SMALL));
      const { scores } = await segment(NAME, { preprocessing: SMALL, head: 'aux' });
      assert.deepEqual(scores, await inputScores(model, 'aux', SMALL));
      // At the size that torchvision wants, scores go back to that of the photo.
      const resized = await segment(NAME);
      assert.equal(resized.scores.length, VOC_CLASSES.length * 37 * 33);
      await assert.rejects(
        segment(NAME, { head: 'main' }),
        refused(/unknown output main .* \(expected one of out, aux\)/),
      );
      await assert.rejects(segment('onnx-fcn-resnet101-11'), /fcn download onnx-fcn-resnet101-11/);
    });
  });

  it('of no name are told how a photo becomes their input, or by which network', async () => {
    const path = await store(narrowZooModel());
    await assert.rejects(segment(path), {
      name: 'OpenError',
      message:
        /network\.onnx: .* how a photo .* the option preprocessing, .* by the option network/,
    });
    const told = await segment(path, { preprocessing: SMALL });
    assert.deepEqual(told.classes.slice(0, 2), ['class 0', 'class 1']);
    assert.equal(told.classes.length, VOC_CLASSES.length);
    const named = await segment(path, { network: 'fcn_resnet50', preprocessing: SMALL });
    assert.deepEqual(named.classes, VOC_CLASSES);
    assert.deepEqual(named.scores, told.scores);
    await assert.rejects(
      segment(path, { network: 'unet' }),
      refused(/unet: no file and no network has this name/),
    );
    const other = { network: 'pascalcontext-fcn8s' };
    await assert.rejects(
      segment(path, other),
      refused(/unexpected number of classes \(out scores 21, expected 60\)/),
    );
    const sha256 = '0'.repeat(64);
    await assert.rejects(segment(path, { preprocessing: SMALL, sha256 }), refused(/wrong SHA-256/));
  });

  it('of one size get photos stretched to it', async () => {
    const model = narrowZooModel();
    const inputs = model.graph.inputs.map((input) => ({ ...input, dims: [1, 3, 40, 24] }));
    const fixed = { ...model, graph: { ...model.graph, inputs } };
    const { scores } = await segment(await store(fixed), { preprocessing: TORCHVISION });
    assert.equal(scores.length, VOC_CLASSES.length * 37 * 33);
    const expected = await inputScores(model, 'out', { ...TORCHVISION, size: [40, 24] });
    assert.equal(expected.length, VOC_CLASSES.length * 40 * 24);
    const backend = await wasmBackend();
    using segmenter = await createSegmenter({
      ...{ model: await store(fixed), backend, mode: 'exact', preprocessing: TORCHVISION },
    });
    const whole = await segmenter.segment(resized(), { scores: true });
    assert.deepEqual(whole.scores, expected);
  });

  /** The photo as it is at 24×40 pixels. */
  function resized() {
    const { data } = pictureInput(picture(37, 33), { ...PLAIN, size: [40, 24] });
    const pixels = Uint8Array.from(
      { length: data.length },
      (_, i) => data[(i % 3) * 960 + Math.floor(i / 3)],
    );
    return { width: 24, height: 40, data: pixels };
  }

  it('are refused where they score no pixels, or take several inputs', async () => {
    const weight = floats('w', [4, 3, 1, 1], Array<number>(12).fill(0.5));
    const inputs = { x: [null, 3, null, null] };
    const halved = modelOf({
      inputs,
      initializers: [weight],
      nodes: [nodeOf('Conv', ['x', 'w'], 'y', { strides: ints(2, 2) })],
    });
    const smaller = refused(
      /does not score each pixel \(y is \[1, 4, 17, 19\] for an input of \[1, 3, 33, 37\]\)/,
    );
    await assert.rejects(segment(await store(halved), { preprocessing: PLAIN }), smaller);
    const both = modelOf({
      inputs: { ...inputs, z: [null, 3, null, null] },
      nodes: [nodeOf('Add', ['x', 'z'], 'y')],
    });
    const several = refused(/is for networks of one input \(it has 2\)/);
    await assert.rejects(segment(await store(both), { preprocessing: PLAIN }), several);
    const many = modelOf({ inputs: { x: [1, 300, 4, 4] }, nodes: [nodeOf('Relu', ['x'], 'y')] });
    await assert.rejects(
      segment(await store(many), { preprocessing: PLAIN }),
      /y has 300 channels, expected 1 to 255/,
    );
  });
});

const PLAIN: Preprocessing = { input: 'photo', order: 'rgb', mean: [0, 0, 0] };

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NamedArray } from '../../src/core/named-arrays.js';
import { createRng } from '../../src/core/rng.js';
import type { Shape } from '../../src/core/shape.js';
import { openWeights } from '../../src/formats/open-weights.js';
import { saveWeights } from '../../src/formats/save-weights.js';
import { readSafetensors, writeSafetensors } from '../../src/io/safetensors.js';
import { differenceOf } from '../../src/metrics/difference.js';
import { createFcnResnet } from '../../src/models/fcn-resnet.js';
import type { Network } from '../../src/nn/network.js';
import { EMBEDDED_MODEL } from '../../src/open/embedded-model.js';
import { createSegmenter } from '../../src/segment/segmenter.js';
import { scratchFolder } from '../cli/run-cli.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { fixture } from '../support/fixtures.js';
import { narrowCaffeModel, narrowNetwork } from '../support/narrow-caffemodel.js';
import { withEnvironment } from '../support/with-environment.js';
import { scoresOf } from './eager-scores.js';
import { picture } from './pictures.js';
import { refused } from './refused.js';

/** The parameters, copied. */
function arraysOf(
  network: Network,
): Map<string, { shape: Shape; data: Float32Array<ArrayBuffer> }> {
  return new Map(
    Array.from(network.parameters(), ([key, { shape, data }]) => [
      key,
      { shape, data: Float32Array.from(data) },
    ]),
  );
}

describe('published weights', () => {
  const folder = scratchFolder();

  const store = async (name: string, bytes: Uint8Array): Promise<string> => {
    const path = join(folder.path, name);
    await writeFile(path, bytes);
    return path;
  };
  const segment = async (
    model: string,
    choice: { network?: string; head?: string; sha256?: string } = {},
  ) => {
    const backend = await wasmBackend();
    using segmenter = await createSegmenter({ model, backend, mode: 'exact', ...choice });
    const result = await segmenter.segment(picture(37, 29), { scores: true });
    return { classes: segmenter.classes, ...result };
  };

  const single = [
    ['voc-fcn32s', 21],
    ['voc-fcn16s', 21],
    ['voc-fcn8s', 21],
    ['voc-fcn8s-atonce', 21],
    ['voc-fcn-alexnet', 21],
    ['pascalcontext-fcn8s', 60],
  ] as const;
  for (const [name, classes] of single) {
    it(`${name}: the file alone tells the network, and gives its bits`, async () => {
      const path = await store('weights.bin', narrowCaffeModel(name));
      const result = await segment(path);
      assert.equal(result.classes.length, classes);
      assert.deepEqual(result.scores, await scoresOf(name));
      assert.ok(result.planHash);
    });
  }

  it('draws either head of SIFT Flow', async () => {
    const path = await store('sift.caffemodel', narrowCaffeModel('siftflow-fcn16s'));
    for (const [head, output, classes] of [
      [undefined, 'score_sem', 33],
      ['geo', 'score_geo', 3],
    ] as const) {
      const result = await segment(path, head === undefined ? {} : { head });
      assert.equal(result.classes.length, classes);
      assert.deepEqual(result.scores, await scoresOf('siftflow-fcn16s', output));
    }
    await assert.rejects(segment(path, { head: 'depth' }), /expected one of score_sem, score_geo/);
  });

  it('asks where the weights fit two networks, and is told', async () => {
    const path = await store('nyud.caffemodel', narrowCaffeModel('nyud-fcn32s-hha'));
    await assert.rejects(
      segment(path),
      refused(/nyud-fcn32s-color or nyud-fcn32s-hha; say which by the option network$/),
    );
    const hha = await segment(path, { network: 'nyud-fcn32s-hha' });
    const color = await segment(path, { network: 'nyud-fcn32s-color' });
    assert.deepEqual(hha.scores, await scoresOf('nyud-fcn32s-hha'));
    assert.notDeepEqual(color.scores, hha.scores);
  });

  it('takes weights of other formats, and fixed factors that they leave out', async () => {
    const whole = await store('whole.caffemodel', narrowCaffeModel('voc-fcn8s-atonce'));
    const { network } = narrowNetwork('voc-fcn8s-atonce');
    const arrays = arraysOf(network);
    for (const key of arrays.keys()) if (key.startsWith('scale')) arrays.delete(key);
    const safetensors = await store(
      'weights.safetensors',
      writeSafetensors(arrays, new Map(), { dtype: 'F32' }),
    );
    const expected = (await segment(whole)).scores;
    for (const format of ['pth', 'npz']) {
      const path = join(folder.path, `weights.${format}`);
      await saveWeights(path, openWeights(safetensors));
      await assert.rejects(segment(path), /voc-fcn8s or voc-fcn8s-atonce/);
      const { scores } = await segment(path, { network: 'voc-fcn8s-atonce' });
      assert.deepEqual(scores, expected);
    }
  });

  it('takes a .mat of MatConvNet: earlier names, red first, its own mean, grouped upsampling', async () => {
    const golden = readSafetensors(fixture('zoo/fcn8s-tvg-narrow.safetensors'), 'golden').arrays;
    const tensor = (name: string): NamedArray =>
      golden.get(name) ?? assert.fail(`no ${name} in the golden file`);
    const path = fileURLToPath(new URL('../../fixtures/zoo/fcn8s-tvg-narrow.mat', import.meta.url));
    const backend = await wasmBackend();
    for (const options of [{ model: path }, { model: 'matconvnet-fcn8s-tvg', weights: path }]) {
      using segmenter = await createSegmenter({ ...options, backend, mode: 'exact' });
      const { shape, data } = tensor('picture');
      const image = { width: shape[1], height: shape[0], data: Uint8Array.from(data) };
      const { scores } = await segmenter.segment(image, { scores: true });
      assert.equal(segmenter.classes[15], 'person');
      const { relative } = differenceOf(scores, tensor('scores').data);
      assert.ok(relative < 1e-6, String(relative));
    }
  });

  it("recognises torchvision's networks", async () => {
    const rng = createRng(1701);
    const size = { width: 4, blocks: [1, 1, 1, 1] } as const;
    const network = createFcnResnet(reference32, { depth: 50, ...size }, { rng });
    network.setTraining(false);
    const arrays = arraysOf(network);
    const safetensors = await store(
      'weights.safetensors',
      writeSafetensors(arrays, new Map(), { dtype: 'F32' }),
    );
    const path = join(folder.path, 'resnet.pth');
    await saveWeights(path, openWeights(safetensors));
    using segmenter = await createSegmenter({ model: path, head: 'aux' });
    assert.equal(segmenter.classes[15], 'person');
    const { width, height, classMap } = await segmenter.segment(picture(40, 30));
    assert.deepEqual([width, height, classMap.length], [40, 30, 1200]);
  });

  it('refuses weights that lack something, have too much, or are no numbers', async () => {
    const { network } = narrowNetwork('voc-fcn32s');
    const arrays = arraysOf(network);
    const refusal = async (
      change: (copy: typeof arrays) => void,
      reason: RegExp,
    ): Promise<void> => {
      const copy = new Map(arrays);
      change(copy);
      const path = await store(
        'changed.safetensors',
        writeSafetensors(copy, new Map(), { dtype: 'F32' }),
      );
      await assert.rejects(segment(path, { network: 'voc-fcn32s' }), refused(reason));
    };
    const numbers = (length: number): Float32Array<ArrayBuffer> => new Float32Array(length);
    await refusal((copy) => copy.delete('fc7.bias'), /voc-fcn32s needs fc7\.bias/);
    await refusal(
      (copy) => copy.set('extra', { shape: [1], data: numbers(1) }),
      /voc-fcn32s has no extra/,
    );
    await refusal(
      (copy) => copy.set('score_fr.bias', { shape: [20], data: numbers(20) }),
      /score_fr\.bias is \[20\], in voc-fcn32s it is \[21\]/,
    );
    await refusal(
      (copy) => copy.set('score_fr.bias', { shape: [21], data: numbers(21).fill(NaN) }),
      /score_fr\.bias has no finite numbers/,
    );
  });

  for (const format of ['caffemodel', 'pth'] as const) {
    it(`checks the digest of a ${format} where one is given`, async () => {
      const bytes = narrowCaffeModel('voc-fcn32s');
      let path = await store('weights.caffemodel', bytes);
      if (format === 'pth') {
        const { arrays } = openWeights(path);
        await saveWeights((path = join(folder.path, 'weights.pth')), { arrays });
      }
      const choice = { network: 'voc-fcn32s' };
      const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
      const { scores } = await segment(path, { ...choice, sha256 });
      assert.deepEqual(scores, await scoresOf('voc-fcn32s'));
      const other = sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
      await assert.rejects(segment(path, { ...choice, sha256: other }), refused(/wrong SHA-256/));
    });
  }

  it('refuses networks that it does not know, or that the file states itself', async () => {
    const path = await store('one.caffemodel', narrowCaffeModel('voc-fcn32s'));
    await assert.rejects(
      segment(path, { network: 'unet' }),
      /no network unet; there are voc-fcn32s/,
    );
    await assert.rejects(
      createSegmenter({ network: 'voc-fcn8s', model: EMBEDDED_MODEL }),
      refused(/a model file states its network; leave out the option network$/),
    );
  });

  it('knows what our FCN-GoogLeNet takes, of which no weights were published', async () => {
    const path = await store('ours.caffemodel', narrowCaffeModel('ours-fcn-googlenet'));
    using segmenter = await createSegmenter({ model: path, backend: await wasmBackend() });
    const { classMap } = await segmenter.segment(picture(64, 48));
    assert.deepEqual([segmenter.classes[15], classMap.length], ['person', 3072]);
  });

  it('looks names of the zoo up in the cache, and downloads nothing', async () => {
    await withEnvironment({ FCN_HOME: folder.path }, async () => {
      await assert.rejects(
        segment('voc-fcn8s'),
        /weights not downloaded; run "fcn download voc-fcn8s"/,
      );
    });
  });
});

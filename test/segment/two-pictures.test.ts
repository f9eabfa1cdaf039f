import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { depthInput, pictureInput } from '../../src/data/make-input.js';
import { createSegmenter } from '../../src/segment/segmenter.js';
import { zooEntry } from '../../src/zoo/catalogue.js';
import { NYUD_DEPTH } from '../../src/zoo/preprocessing.js';
import { scratchFolder } from '../cli/run-cli.js';
import { wasmBackend } from '../support/backends.js';
import { narrowCaffeModel } from '../support/narrow-caffemodel.js';
import { scoresOfInputs } from './eager-scores.js';
import { picture } from './pictures.js';
import { refusedOption } from './refused.js';

describe('published weights of networks with two inputs', () => {
  const folder = scratchFolder();

  const store = async (name: string, bytes: Uint8Array): Promise<string> => {
    const path = join(folder.path, name);
    await writeFile(path, bytes);
    return path;
  };

  it('looks at two pictures: a photo and HHA, or a photo and depth', async () => {
    const [photo, hha] = [picture(37, 29), picture(37, 29, 7)];
    const depth = {
      width: 37,
      height: 29,
      data: Uint16Array.from({ length: 1073 }, (_, i) => i + 400),
    };
    const color = pictureInput(photo, zooEntry('nyud-fcn32s-color').preprocessing);
    const cases = [
      [
        'nyud-fcn32s-color-hha',
        { hha },
        'hha',
        pictureInput(hha, zooEntry('nyud-fcn32s-hha').preprocessing),
      ],
      ['nyud-fcn32s-color-d', { depth }, 'depth', depthInput(depth, NYUD_DEPTH)],
    ] as const;
    for (const [name, request, input, made] of cases) {
      const path = await store('two.caffemodel', narrowCaffeModel(name));
      const backend = await wasmBackend();
      using segmenter = await createSegmenter({ model: path, backend, mode: 'exact' });
      const { scores } = await segmenter.segment(photo, { scores: true, ...request });
      assert.equal(segmenter.classes.length, 40);
      const inputs = new Map([
        ['color', color],
        [input, made],
      ]);
      assert.deepEqual(scores, await scoresOfInputs(name, inputs));
      await assert.rejects(
        segmenter.segment(photo),
        refusedOption(/missing picture; give it by the option \w+$/),
      );
      const small =
        input === 'hha'
          ? { hha: picture(5, 4) }
          : { depth: { width: 1, height: 1, data: Float32Array.of(1) } };
      await assert.rejects(segmenter.segment(photo, small), {
        name: 'ShapeError',
        message: /photo 37×29, (hha 5×4|depth 1×1)/,
      });
      await assert.rejects(
        segmenter.segment(photo, { hha, depth }),
        refusedOption(/unexpected picture; leave out the option (depth|hha)$/),
      );
    }
  });

  it('refuses second pictures where one is looked at', async () => {
    const path = await store('one.caffemodel', narrowCaffeModel('voc-fcn32s'));
    const photo = picture(9, 9);
    for (const options of [{ model: path }, {}]) {
      using segmenter = await createSegmenter({ ...options, backend: await wasmBackend() });
      await assert.rejects(
        segmenter.segment(photo, { hha: photo }),
        refusedOption(/unexpected picture; leave out the option hha$/),
      );
    }
  });
});

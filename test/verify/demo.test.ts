import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeImage } from '../../src/data/decode-image.js';
import { encodePng } from '../../src/data/encode-png.js';
import { VOC_PALETTE } from '../../src/data/palette.js';
import { createSegmenter, type Segmenter } from '../../src/segment/segmenter.js';
import { runDemo } from '../../src/verify/demo.js';
import { scratchFolder } from '../cli/run-cli.js';
import { picture, pngPicture } from '../segment/pictures.js';
import { wasmBackend } from '../support/backends.js';
import { narrowCaffeModel } from '../support/narrow-caffemodel.js';
import { sharedFile } from '../support/shared.js';

describe('the demo image', () => {
  const folder = scratchFolder();

  it('of the authors gives the published figures', async function () {
    // Not the network: a segmenter that answers with the published output, of which facts are known.
    const source = (name: string): string =>
      sharedFile(this, `golden/published/fcn8s-demo/${name}`);
    const output = decodeImage(await readFile(source('output.png')), 'output.png');
    const ids = new Map(
      Array.from({ length: 21 }, (_, id) => [VOC_PALETTE.slice(3 * id, 3 * id + 3).join(), id]),
    );
    const answer = Uint8Array.from(
      { length: output.width * output.height },
      (_, i) => ids.get(output.data.slice(3 * i, 3 * i + 3).join()) ?? 255,
    );
    for (const name of ['image.jpg', 'output.png', 'label.png']) {
      await copyFile(source(name), join(folder.path, name));
    }
    const path = join(folder.path, 'w.caffemodel');
    await writeFile(path, narrowCaffeModel('voc-fcn8s'));
    using narrow = await createSegmenter({ model: path, backend: await wasmBackend() });
    const answering = {
      ...narrow,
      segment: (async (image, request) => ({
        ...(await narrow.segment(image, request)),
        classMap: answer,
      })) as Segmenter['segment'], // the scores are those of the narrow network
    };
    const demo = await runDemo(answering, 'voc-fcn8s', folder.path);
    assert.equal(demo.check.state, 'passed');
    assert.deepEqual(
      demo.result.agreement.map(({ name, both }) => [name, both]),
      [
        ['background', 74_268],
        ['bicycle', 42_851],
        ['person', 49_881],
      ],
    );
    assert.equal(demo.result.againstLabels?.ours.pixelAccuracy.toFixed(10), '0.8425141101');
    assert.equal(demo.result.againstLabels.published.meanIU.toFixed(10), '0.7196156777');
    const other = await runDemo(narrow, 'voc-fcn8s', folder.path);
    assert.equal(other.check.state, 'failed');
    const elsewhere = await runDemo(narrow, 'voc-fcn16s', folder.path);
    assert.match(elsewhere.check.detail, /published for voc-fcn8s alone/);
    // Either file alone, changed without a change of its pixels, is enough to refuse the comparison.
    const genuine = await readFile(source('image.jpg'));
    await writeFile(join(folder.path, 'image.jpg'), Buffer.concat([genuine, Buffer.alloc(1)]));
    const tamperedImage = await runDemo(answering, 'voc-fcn8s', folder.path);
    assert.equal(tamperedImage.check.state, 'not checked');
    await writeFile(join(folder.path, 'image.jpg'), genuine);
    await writeFile(join(folder.path, 'output.png'), encodePng(output));
    const tamperedOutput = await runDemo(answering, 'voc-fcn8s', folder.path);
    assert.equal(tamperedOutput.check.state, 'not checked');
  });

  it('of somebody else is shown, and counts for nothing', async () => {
    const { width, height } = picture(20, 12);
    await writeFile(join(folder.path, 'image.png'), pngPicture(20, 12));
    const black = { width, height, data: new Uint8Array(3 * width * height) };
    await writeFile(join(folder.path, 'output.png'), encodePng(black));
    const path = join(folder.path, 'w.caffemodel');
    await writeFile(path, narrowCaffeModel('voc-fcn8s'));
    using segmenter = await createSegmenter({ model: path, backend: await wasmBackend() });
    const demo = await runDemo(segmenter, 'voc-fcn8s', folder.path);
    assert.match(demo.check.detail, /not the published files/);
    assert.equal(demo.result.agreement[0].published, 240);
    const { scores } = await segmenter.segment(picture(20, 12), { scores: true });
    const digest = createHash('sha256').update(scores).digest('hex');
    assert.equal(demo.result.scoresSha256, digest);
  });
});

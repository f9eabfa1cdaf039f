import assert from 'node:assert/strict';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeImage } from '../../../../src/data/decode-image.js';
import { pngPicture } from '../../../segment/pictures.js';
import { smallModel } from '../../../segment/small-model.js';
import { sharedFile } from '../../../support/shared.js';
import { refusal } from '../../refusal.js';
import { runCli, scratchFolder } from '../../run-cli.js';

describe('fcn heatmap', () => {
  const folder = scratchFolder();
  const inFolder = (name: string): string => join(folder.path, name);

  it('prints the top 5 and draws the map of a class', async function () {
    const model = sharedFile(this, 'data/weights/squeezenet1_0-imagenet.safetensors');
    await copyFile(sharedFile(this, 'data/photos/chelsea.png'), inFolder('chelsea.png'));
    const run = await runCli(
      folder.path,
      'heatmap',
      'chelsea.png',
      '--model',
      model,
      '--class',
      'tabby',
    );
    assert.equal(run.stderr, '');
    assert.equal(run.code, 0);
    const lines = run.stdout.trimEnd().split('\n');
    assert.equal(lines[0], 'top 5 of the 227×227 pixels in the middle:');
    assert.match(lines[1], /^ {2}0\.\d{4} {2}tabby, tabby cat \(281\)$/);
    assert.deepEqual(
      lines.slice(1, 6).map((line) => /\((\d+)\)$/.exec(line)?.[1]),
      ['281', '285', '282', '558', '293'],
    );
    assert.match(
      lines[6],
      /^tabby, tabby cat \(281\): scores up to [\d.]+, at x \d+, y \d+ → chelsea\.heatmap\.png$/,
    );
    const drawn = decodeImage(
      new Uint8Array(await readFile(inFolder('chelsea.heatmap.png'))),
      'map',
    );
    assert.deepEqual([drawn.width, drawn.height], [451, 300]);

    const heatmap = ['heatmap', inFolder('chelsea.png'), '--model', model];
    const unknown = await refusal(...heatmap, '--class', 'tabbby', '-o', inFolder('x.png'));
    assert.equal(unknown.code, 2);
    assert.match(unknown.message, /no class "tabbby"; the nearest are 281 "tabby, tabby cat"/);
    await writeFile(inFolder('names.txt'), 'one\ntwo\n');
    const few = await refusal(
      ...heatmap,
      '--labels',
      inFolder('names.txt'),
      '-o',
      inFolder('x.png'),
    );
    assert.match(few.message, /names\.txt: 2 names for 1000 classes/);
    const into = await runCli(folder.path, ...heatmap, '--class', '281', '-o', folder.path);
    assert.match(into.stdout, /→ .*chelsea\.heatmap\.png\n$/);
  });

  it('refuses other models, missing files and folders, and to replace the photo', async () => {
    const [photo, model] = [inFolder('a.png'), inFolder('small.safetensors')];
    await writeFile(photo, pngPicture(20, 20));
    await writeFile(model, smallModel());
    const [other, gone, same, none, nowhere] = [
      await refusal('heatmap', photo, '--model', model),
      await refusal('heatmap', inFolder('b.png'), '--model', model),
      await refusal('heatmap', photo, '--model', model, '-o', photo),
      await refusal('heatmap', photo),
      await refusal('heatmap', photo, '--model', model, '-o', inFolder('none/map.png')),
    ];
    const codes = [other, gone, same, none, nowhere].map(({ code }) => code);
    assert.deepEqual(codes, [3, 1, 2, 2, 2]);
    assert.match(other.message, /model refused: .*not the weights of SqueezeNet 1\.0/);
    assert.match(gone.message, /b\.png: no such file/);
    assert.match(same.message, /would replace .*a\.png/);
    assert.match(nowhere.message, /there is no folder .*none/);
    assert.match(none.message, /--model <FILE>' not specified/);
  });
});

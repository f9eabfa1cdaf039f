import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeImage } from '../../src/data/decode-image.js';
import { readSafetensors, writeSafetensors } from '../../src/io/safetensors.js';
import {
  heatOf,
  openPhotoClassifier,
  type PhotoClassifier,
  type ScoreMaps,
} from '../../src/segment/photo-classifier.js';
import { scratchFolder } from '../cli/run-cli.js';
import { wasmBackend } from '../support/backends.js';
import { fixture } from '../support/fixtures.js';
import { sharedFile } from '../support/shared.js';
import { picture } from './pictures.js';

interface Golden {
  readonly photos: readonly { name: string; crop: string; top5: readonly number[] }[];
  readonly map: { readonly classes: readonly number[] };
  readonly tolerance: number;
}

const GOLDEN = 'classifier/squeezenet1_0.safetensors';

describe('photo classifier, against torch', () => {
  const { arrays, metadata } = readSafetensors(fixture(GOLDEN), GOLDEN);
  const golden = Object.fromEntries(
    Array.from(metadata, ([key, text]) => [
      key,
      key === 'authority' ? text : (JSON.parse(text) as unknown),
    ]),
  ) as unknown as Golden;
  let classifier: PhotoClassifier;
  let chelsea: string;

  before(async function () {
    const weights = sharedFile(this, 'data/weights/squeezenet1_0-imagenet.safetensors');
    chelsea = sharedFile(this, 'data/photos/chelsea.png');
    classifier = await openPhotoClassifier(weights, await wasmBackend());
  });

  after(() => classifier?.dispose()); // eslint-disable-line @typescript-eslint/no-unnecessary-condition

  it('ranks the classes of four photos as the original network does', () => {
    for (const { name, crop, top5 } of golden.photos) {
      const ranked = classifier.rank(decodeImage(fixture(`classifier/${crop}`), crop), 5);
      assert.deepEqual(
        ranked.map(({ id }) => id),
        top5,
      );
      const expected = arrays.get(`${name}/probabilities`)?.data ?? assert.fail();
      for (const { id, probability } of ranked) {
        // A relative error of 1e-5 in scores of about 30 moves a probability by 30e-5 of itself.
        assert.ok(Math.abs(probability - expected[id]) <= 1e-3 * expected[id], name);
      }
    }
  });

  it('looks at the middle of a larger photo', async () => {
    const photo = decodeImage(new Uint8Array(await readFile(chelsea)), 'chelsea');
    const crop = decodeImage(fixture('classifier/chelsea-227.png'), 'crop');
    assert.deepEqual(classifier.rank(photo, 5), classifier.rank(crop, 5));
  });

  it('gives the map of scores of a whole photo', async () => {
    const photo = decodeImage(new Uint8Array(await readFile(chelsea)), 'chelsea');
    const { cells, scores, axes } = classifier.maps(photo);
    const expected = arrays.get('map/scores') ?? assert.fail();
    assert.deepEqual(cells, expected.shape.slice(1));
    const size = cells[0] * cells[1];
    const most = expected.data.reduce((a, b) => Math.max(a, b), 0);
    golden.map.classes.forEach((id, k) => {
      for (let i = 0; i < size; i++) {
        const difference = Math.abs(scores[id * size + i] - expected.data[k * size + i]);
        assert.ok(difference <= golden.tolerance * most);
      }
    });
    // conv1 7×7 stride 2 puts its first centre on pixel 3; three poolings of 3, stride 2, move it by
    // 2, 4 and 8; the frame of conv10 begins one step of 16 before that
    assert.deepEqual(axes, [
      { scale: 16, shift: 3 + 2 + 4 + 8 - 16 },
      { scale: 16, shift: 3 + 2 + 4 + 8 - 16 },
    ]);
  });

  it('surrounds a small photo with the mean colour', () => {
    const { cells, axes } = classifier.maps(picture(100, 227));
    assert.deepEqual(cells, [15, 15]);
    assert.deepEqual(
      axes.map(({ shift }) => shift),
      [1, 1 - 64], // ⌊(100 − 227) / 2⌋ = −64
    );
    assert.equal(classifier.rank(picture(1, 1), 3).length, 3);
  });
});

describe('photo classifier', () => {
  const folder = scratchFolder();

  it('refuses weights of another network', async () => {
    const path = join(folder.path, 'weights.safetensors');
    const write = async (names: readonly string[]): Promise<void> => {
      const array = { shape: [2, 512, 1, 1], data: new Float32Array(1024) };
      const arrays = new Map(names.map((name) => [name, array]));
      await writeFile(path, writeSafetensors(arrays, new Map(), { dtype: 'F32' }));
    };
    const open = async (): Promise<unknown> => openPhotoClassifier(path, await wasmBackend());
    await assert.rejects(open(), {
      name: 'OpenError',
      message: /weights\.safetensors: no such file$/,
    });
    await write(['fc6.weight']);
    await assert.rejects(
      open(),
      /weights\.safetensors: not the weights of SqueezeNet 1\.0 \(missing conv10\)/,
    );
    await write(['conv10.weight']);
    await assert.rejects(open(), /conv1\.weight/);
  });

  it('interpolates between the cells inside the frame and continues them to the edges', () => {
    const inside = [0, 4, 8, 2, 6, 10];
    const plane = [9, 9, 9, 9, 9, 9, 0, 4, 8, 9, 9, 2, 6, 10, 9, 9, 9, 9, 9, 9];
    const maps: ScoreMaps = {
      cells: [4, 5],
      axes: [
        { scale: 2, shift: -1 },
        { scale: 4, shift: -2 },
      ],
      scores: Float32Array.from([...plane.map(() => 100), ...plane]),
    };
    const heat = heatOf(maps, 1, 5, 12);
    const at = (y: number, x: number): number => heat[y * 12 + x];
    assert.deepEqual([at(1, 2), at(1, 6), at(1, 10), at(3, 2), at(3, 6), at(3, 10)], inside);
    assert.equal(at(2, 4), (0 + 4 + 2 + 6) / 4);
    assert.equal(at(1, 3), 1);
    assert.equal(at(0, 0), 0);
    assert.equal(at(4, 11), 10);
  });
});

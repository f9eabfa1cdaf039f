import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng } from '../../src/data/encode-png.js';
import { encodeIndexedPng } from '../../src/data/indexed-png.js';
import { VOC_PALETTE } from '../../src/data/palette.js';
import { NARROW, PHOTOS, tinyStage } from './tiny-run.js';

/** Writes a data set and a recipe of one stage, `tiny.json`, into a folder. */
export async function writeTinyFolder(
  folder: string,
  iterations: number,
  change: object = {},
): Promise<void> {
  await mkdir(join(folder, 'data', 'images'), { recursive: true });
  await mkdir(join(folder, 'data', 'labels'));
  for (const [i, { image, labels }] of PHOTOS.entries()) {
    await writeFile(join(folder, 'data', 'images', `p${String(i)}.png`), encodePng(image));
    const map = encodeIndexedPng(labels, VOC_PALETTE);
    await writeFile(join(folder, 'data', 'labels', `p${String(i)}.png`), map);
  }
  await writeFile(join(folder, 'data', 'train.txt'), 'p0\np1\np2\np3\n');
  await writeFile(join(folder, 'data', 'val.txt'), 'p4\np5\n');
  const recipe = {
    name: 'tiny',
    data: { folder: 'data', train: 'train.txt', val: 'val.txt', classes: ['dark', 'red', 'blue'] },
    input: { order: 'rgb', mean: [40, 20, 40] },
    network: NARROW,
    output: 'out',
    checkpointEvery: 5,
    stages: [tinyStage('32s', undefined, iterations)],
    ...change,
  };
  await writeFile(join(folder, 'tiny.json'), JSON.stringify(recipe));
}

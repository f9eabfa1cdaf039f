import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseBytes } from '../../../../src/cli/options/parse-bytes.js';
import { pngPicture } from '../../../segment/pictures.js';
import { smallModel } from '../../../segment/small-model.js';
import { refusal } from '../../refusal.js';
import { runCli, scratchFolder } from '../../run-cli.js';

describe('fcn pack', () => {
  const folder = scratchFolder();

  it('writes a model that segments like the original, within the same budget', async () => {
    await writeFile(join(folder.path, 'small.safetensors'), smallModel());
    await writeFile(join(folder.path, 'photo.png'), pngPicture(40, 30));
    const pack = await runCli(
      folder.path,
      ...['pack', 'small.safetensors', '-o', 'packed.safetensors'],
      ...['--size', '30x40', '--memory', '2MB'],
    );
    assert.equal(pack.stderr, '');
    const reports = await Promise.all(
      ['small', 'packed'].map(async (name) => {
        const run = await runCli(
          folder.path,
          ...['segment', 'photo.png', '--model', `${name}.safetensors`, '-o', name],
          ...['--memory', '2MB', '--json'],
        );
        assert.equal(run.stderr, '');
        return (JSON.parse(run.stdout) as { classes: unknown }).classes;
      }),
    );
    assert.deepEqual(reports[1], reports[0]);
  });

  it('writes a model that is not converted, packed again or taken as weights', async () => {
    const [model, packed] = ['small', 'packed'].map((name) =>
      join(folder.path, `${name}.safetensors`),
    );
    await writeFile(model, smallModel());
    await runCli(folder.path, 'pack', model, '-o', packed, '--size', '30x40');
    const out = join(folder.path, 'out');
    const cases = [
      [
        ['convert', packed, `${out}.npz`],
        /packed\.safetensors: its weights are packed for one use/,
      ],
      [
        ['pack', packed, '-o', `${out}.safetensors`, '--size', '30x40'],
        /packed\.safetensors: its weights are packed for one use/,
      ],
      [
        ['convert', model, `${out}.onnx`, '--weights', packed],
        /packed\.safetensors: missing weights/,
      ],
    ] as const;
    for (const [args, message] of cases) {
      const got = await refusal(...args);
      assert.match(got.message, message);
      assert.equal(got.code, 3);
    }
    assert.deepEqual(readdirSync(folder.path).sort(), ['packed.safetensors', 'small.safetensors']);
  });

  it('refuses sizes that are none', async () => {
    for (const size of ['30', '0x4', '30×40', '4x']) {
      const got = await refusal('pack', 'x', '-o', 'y', '--size', size);
      assert.equal(got.code, 2);
    }
  });
});

describe('amounts of memory', () => {
  it('have a unit', () => {
    assert.equal(parseBytes('700MB'), 7e8);
    assert.equal(parseBytes('1.5GiB'), 1.5 * 2 ** 30);
    assert.equal(parseBytes('12B'), 12);
    for (const text of [
      '',
      '700',
      '700mb',
      '-1MB',
      '1e3MB',
      '1 MB',
      '0MB',
      '.5GB',
      '1TB',
      '9e9GB',
    ]) {
      assert.throws(() => parseBytes(text), /number with a unit/, text);
    }
  });
});

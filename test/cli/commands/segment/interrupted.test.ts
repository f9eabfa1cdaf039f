import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decodeImage } from '../../../../src/data/decode-image.js';
import { pngPicture } from '../../../segment/pictures.js';
import { smallModel } from '../../../segment/small-model.js';
import { endOfCli, scratchFolder, startCli } from '../../run-cli.js';

describe('fcn segment, interrupted', () => {
  const folder = scratchFolder();
  const model = smallModel();

  const put = async (name: string, bytes: Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), bytes);
  };
  const written = async (): Promise<string[]> => await readdir(join(folder.path, 'out'));

  beforeEach(async () => put('small.safetensors', model));

  for (const threads of ['1', '2']) {
    it(`stops at Ctrl-C with whole files only, on ${threads} thread(s)`, async () => {
      const photos = Array.from({ length: 30 }, (_, i) => `in/${String(i + 10)}.png`);
      const photo = pngPicture(160, 120);
      for (const name of photos) await put(name, photo);
      const options = ['--model', 'small.safetensors', '--threads', threads];
      const child = startCli(folder.path, ['segment', 'in', ...options]);
      child.stdout?.once('data', () => child.kill('SIGINT'));
      const run = await endOfCli(child);
      assert.equal(run.code, 130, run.stderr);
      assert.match(run.stderr, /^fcn: interrupted\n$/);
      const names = await written();
      assert.ok(names.length >= 2 && names.length < 2 * photos.length, String(names.length));
      assert.equal(names.length, 2 * run.stdout.trimEnd().split('\n').length);
      for (const name of names) decodeImage(await readFile(join(folder.path, 'out', name)), name);
    });
  }

  it('goes on when nobody reads its output any more', async () => {
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) await put(`in/${name}.png`, pngPicture(30, 30));
    const child = startCli(folder.path, ['segment', 'in', '--model', 'small.safetensors']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const run = await endOfCli(child);
    assert.equal(run.stderr, '');
    assert.equal(run.code, 0);
    assert.equal((await written()).length, 2 * names.length);
  });
});

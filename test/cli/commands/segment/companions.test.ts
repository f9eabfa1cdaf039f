import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeNpy } from '../../../../src/io/npy.js';
import { pngPicture } from '../../../segment/pictures.js';
import { depthPng } from '../../../support/depth-png.js';
import { narrowCaffeModel } from '../../../support/narrow-caffemodel.js';
import { refusal } from '../../refusal.js';
import { runCli, scratchFolder, type CliRun } from '../../run-cli.js';

describe('fcn segment of networks that look at two pictures', () => {
  const folder = scratchFolder();
  const put = async (name: string, bytes: Uint8Array): Promise<void> => {
    await mkdir(dirname(join(folder.path, name)), { recursive: true });
    await writeFile(join(folder.path, name), bytes);
  };
  const read = async (name: string): Promise<Uint8Array> =>
    new Uint8Array(await readFile(join(folder.path, name)));

  it('takes second pictures: one of a photo, or a folder of them', async () => {
    await put('two.caffemodel', narrowCaffeModel('nyud-fcn32s-color-d'));
    for (const name of ['a', 'b']) await put(`photos/${name}.png`, pngPicture(20, 12));
    const depth = Uint16Array.from({ length: 240 }, (_, i) => 500 + i);
    await put('depth/a.png', depthPng(20, 12, depth));
    await put('depth/b.npy', writeNpy({ shape: [12, 20], data: Float64Array.from(depth) }));
    const run = async (...args: readonly string[]): Promise<CliRun> =>
      await runCli(folder.path, 'segment', '--model', 'two.caffemodel', ...args);
    const all = await run('photos', '--depth', 'depth');
    assert.deepEqual([all.code, all.stderr], [0, '']);
    assert.deepEqual(await read('out/a.png'), await read('out/b.png'));
    const one = await run('photos/a.png', '--depth', 'depth/a.png', '-o', 'one');
    assert.deepEqual([one.code, one.stderr], [0, '']);
    assert.deepEqual(await read('one/a.png'), await read('out/a.png'));
    const none = await run('photos/a.png', '-o', 'none');
    assert.deepEqual(
      [none.code, none.stderr],
      [1, 'fcn: photos/a.png: nyud-fcn32s-color-d: missing picture; give it by --depth\n'],
    );
  });

  it('refuses second pictures that are not there, or one for several photos', async () => {
    for (const name of ['a', 'b']) await put(`photos/${name}.png`, pngPicture(20, 12));
    await put('a.png', pngPicture(20, 12));
    const at = (name: string): string => join(folder.path, name);
    const missing = await refusal('segment', at('photos'), '--hha', at('nothing'));
    assert.equal(missing.code, 2);
    assert.match(missing.message, /--hha: there is no .*nothing$/);
    const one = await refusal('segment', at('photos'), '--hha', at('a.png'));
    assert.equal(one.code, 2);
    assert.match(one.message, /--hha: for several photos give a folder/);
    const { withCompanions } = await import('../../../../src/cli/commands/segment/companions.js');
    const job = { input: join('x', 'c.jpg'), classMap: 'c.png', overlay: 'c.overlay.png' };
    const photos = join(folder.path, 'photos');
    assert.deepEqual(withCompanions([job], { hha: photos }), [
      { input: job.input, failure: `there is no c.png or c.jpg or c.jpeg in ${photos}` },
    ]);
  });
});

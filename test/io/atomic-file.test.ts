import assert from 'node:assert/strict';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../../src/io/atomic-file.js';

describe('writeFileAtomic', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fcn-atomic-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes or replaces a file and leaves no other file', async () => {
    const path = join(folder, 'a.bin');
    await writeFileAtomic(path, Uint8Array.of(1, 2, 3));
    assert.deepEqual([...readFileSync(path)], [1, 2, 3]);
    await writeFileAtomic(path, Uint8Array.of(4));
    assert.deepEqual([...readFileSync(path)], [4]);
    assert.deepEqual(readdirSync(folder), ['a.bin']);
  });

  it('keeps the old file whole for open readers', async () => {
    const path = join(folder, 'a.bin');
    writeFileSync(path, 'old');
    const held = openSync(path, 'r');
    await writeFileAtomic(path, Buffer.from('new content'));
    assert.equal(readFileSync(held, 'utf8'), 'old');
    closeSync(held);
    assert.equal(readFileSync(path, 'utf8'), 'new content');
  });

  it('removes its temporary file when the rename fails', async () => {
    const path = join(folder, 'taken');
    mkdirSync(path);
    writeFileSync(join(path, 'inside'), 'x');
    await assert.rejects(writeFileAtomic(path, Uint8Array.of(1)));
    assert.deepEqual(readdirSync(folder), ['taken']);
  });

  it('throws if the folder is missing', async () => {
    await assert.rejects(writeFileAtomic(join(folder, 'no', 'a.bin'), Uint8Array.of(1)), {
      code: 'ENOENT',
    });
  });
});

import assert from 'node:assert/strict';
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BLOCK_BYTES } from '../../src/io/byte-source.js';
import { openFileSource } from '../../src/io/file-source.js';
import { scratchFolder } from '../cli/run-cli.js';

const BYTES = Uint8Array.from({ length: 2 * BLOCK_BYTES + 7 }, (_, i) => (i * 7 + (i >> 9)) & 255);

describe('openFileSource', () => {
  const folder = scratchFolder();
  const stored = (bytes: Uint8Array = BYTES): string => {
    const path = join(folder.path, 'file');
    writeFileSync(path, bytes);
    return path;
  };

  it('copies less than a block, one block and several blocks', () => {
    const source = openFileSource(stored());
    assert.equal(source.length, BYTES.length);
    for (const length of [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 2 * BLOCK_BYTES]) {
      for (const start of [0, 3, BYTES.length - length]) {
        const expected = BYTES.subarray(start, start + length);
        // Around the target, nothing may be written.
        const memory = new Uint8Array(length + 2).fill(99);
        source.copy(start, memory.subarray(1, length + 1));
        assert.equal(Buffer.compare(memory.subarray(1, length + 1), expected), 0);
        assert.deepEqual([memory[0], memory[length + 1]], [99, 99]);
        assert.equal(Buffer.compare(source.view(start, start + length), expected), 0);
      }
    }
    source.close();
  });

  it('keeps reading the old content of a replaced file', () => {
    const path = stored();
    const source = openFileSource(path);
    writeFileSync(`${path}.new`, 'other');
    renameSync(`${path}.new`, path);
    assert.equal(Buffer.compare(source.view(0, BYTES.length), BYTES), 0);
    source.close();
  });

  it('rejects changed, shortened, missing and closed files', () => {
    const path = stored();
    const source = openFileSource(path);
    appendFileSync(path, 'x');
    const read = (): Uint8Array => source.view(0, BYTES.length);
    assert.throws(read, { name: 'FcnError', message: /changed while in use/ });
    truncateSync(path, BLOCK_BYTES + 1);
    const reason = `${path}: ends early: the file became shorter (at byte ${String(BLOCK_BYTES + 1)})`;
    assert.throws(read, { name: 'ParseError', message: reason });
    source.close();
    source.close();
    assert.throws(read, { name: 'FcnError', message: `${path}: already closed` });
    assert.throws(() => openFileSource(folder.path), /not a file/);
    assert.throws(() => openFileSource(`${path}.none`), { name: 'FcnError', message: /ENOENT/ });
  });
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zooEntry } from '../../src/zoo/catalogue.js';
import { entryOfFile } from '../../src/zoo/source.js';
import { scratchFolder } from '../cli/run-cli.js';

describe('the entry of a file', () => {
  const folder = scratchFolder();

  it('is found by size and digest, never by name', async () => {
    const path = join(folder.path, 'anything');
    await writeFile(path, 'some weights');
    const known = zooEntry('onnx-fcn-resnet50-12');
    const hex = createHash('md5').update('some weights').digest('hex');
    const checksum = { algorithm: 'md5', hex } as const;
    const found = { ...known, bytes: 12, checksum };
    const others = [
      ...[known, { ...found, checksum: null }, { ...found, bytes: null }],
      { ...found, checksum: { ...checksum, hex: hex.replace(/^./, 'g') } },
    ];
    assert.equal(await entryOfFile(path, [...others, found]), found);
    assert.equal(await entryOfFile(path, others), null);
    assert.equal(await entryOfFile(path), null);
  });
});

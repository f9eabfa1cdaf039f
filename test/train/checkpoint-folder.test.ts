import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { FcnError } from '../../src/core/errors.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import {
  listCheckpoints,
  loadLatestCheckpoint,
  removeCheckpoints,
  removeUnfinished,
  saveCheckpoint,
} from '../../src/train/checkpoint-folder.js';
import { decodeCheckpoint, CheckpointError, type Checkpoint } from '../../src/train/checkpoint.js';

const HASH = 'c0ffee';

function checkpoint(iteration: number, stage = '8s'): Checkpoint {
  const weight = { shape: [2, 1], data: Float32Array.of(iteration, -0) };
  return {
    ...{ stage, iteration, recipeHash: HASH },
    streams: { network: [1, -2, 3, 4], augmentation: [5, 6, 7, 8] },
    parameters: new Map([['conv/a.weight', weight]]),
    optimizer: { steps: iteration, arrays: new Map([['velocity/conv/a.weight', weight]]) },
  };
}

function load(folder: string, warnings: string[] = [], hash = HASH) {
  return loadLatestCheckpoint(folder, '8s', hash, (message) => warnings.push(message));
}

describe('checkpoints in a folder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fcn-checkpoint-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('are read unchanged, the newest first, and only two are kept', async () => {
    for (const iteration of [9, 10, 200]) await saveCheckpoint(folder, checkpoint(iteration));
    assert.equal((await listCheckpoints(folder, '8s')).length, 2);
    assert.deepEqual(await load(folder), checkpoint(200));
    await removeCheckpoints(folder, '8s');
    assert.equal(await load(folder), null);
  });

  it('are separated by stage, even if one name is a prefix of another', async () => {
    await saveCheckpoint(folder, checkpoint(3, '8s-00000001'));
    await saveCheckpoint(folder, checkpoint(1));
    await removeCheckpoints(folder, '8s');
    assert.equal((await listCheckpoints(folder, '8s-00000001')).length, 1);
  });

  it('are none in an empty or missing folder', async () => {
    assert.equal(await load(join(folder, 'nowhere')), null);
  });

  it('of another recipe are rejected', async () => {
    await saveCheckpoint(folder, checkpoint(1));
    await assert.rejects(load(folder, [], 'another'), CheckpointError);
  });

  it('that are incomplete are removed; other files are kept', async () => {
    const uuid = '0b6cb9a4-3a7a-4b44-9a3e-9e58b43a7d10';
    const kept = ['notes.tmp', `16s.safetensors.${uuid}.tmp`, '8s.safetensors', '8s-x.tmp'];
    const swept = [`8s.safetensors.${uuid}.tmp`, `8s-00000012.checkpoint.safetensors.${uuid}.tmp`];
    for (const name of [...kept, ...swept]) await writeFile(join(folder, name), '');
    await removeUnfinished(folder, '8s');
    assert.deepEqual((await readdir(folder)).sort(), kept.sort());
  });

  it('with any changed byte are rejected with a typed error or read unchanged', async () => {
    await saveCheckpoint(folder, checkpoint(5));
    const [name] = await listCheckpoints(folder, '8s');
    const bytes = await readFile(join(folder, name));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at] ^= flip;
        try {
          const read = decodeCheckpoint(readSafetensors(damaged, name));
          assert.deepEqual(read, checkpoint(5));
        } catch (error) {
          assert.ok(error instanceof FcnError, String(error));
        }
      }),
      { seed: 1701, numRuns: 500 },
    );
  });
});

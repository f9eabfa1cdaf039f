import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeNpz } from '../../src/io/npz.js';
import { openNetwork } from '../../src/open/open-network.js';
import { compareBlobs, readGolden } from '../../src/verify/compare-blobs.js';
import { computeBlobs, computeOutputs } from '../../src/verify/compute-blobs.js';
import { scratchFolder } from '../cli/run-cli.js';
import { smallModel } from '../segment/small-model.js';
import { wasmBackend } from '../support/backends.js';

describe('computed blobs', () => {
  const folder = scratchFolder();
  const shape = [1, 3, 32, 32];
  const data = Float32Array.from({ length: 3 * 32 * 32 }, (_, i) => Math.sin(i) * 100);

  it('of a plan in exact mode equal those of the network op by op, and their golden file', async () => {
    using opened = await openNetwork(smallModel());
    const backend = await wasmBackend();
    const { network } = opened.build(backend);
    const [input] = network.inputs;
    const inputs = new Map([[input, { shape, data }]]);
    const blobs = computeBlobs(backend, network, inputs);
    assert.ok(blobs.size > network.outputs.length);
    const outputs = computeOutputs(backend, network, { inputs, mode: 'exact' });
    assert.deepEqual([...outputs.keys()], network.outputs);
    const path = join(folder.path, 'golden.npz');
    await writeFile(path, Buffer.concat([...writeNpz(blobs)]));
    const compared = compareBlobs(outputs, readGolden(path), {
      ...{ names: network.outputs, tolerance: 0 },
    });
    assert.deepEqual(
      compared.map(({ name, absolute, within }) => ({ name, absolute, within })),
      network.outputs.map((name) => ({ name, absolute: 0, within: true })),
    );
  });

  it('that only one side has exceed every tolerance', () => {
    const blob = { shape: [2], data: Float32Array.of(1, 2) };
    const golden = new Map([
      ['a', { shape: [2], data: Float32Array.of(1, 2.5) }],
      ['c', { shape: [2], data: Float32Array.of(0, 0) }],
    ]);
    const blobs = new Map([
      ['b', blob],
      ['a', blob],
    ]);
    const compared = compareBlobs(blobs, golden, { names: ['a', 'b', 'c'], tolerance: 0.2 });
    assert.deepEqual(
      compared.map(({ name, within }) => [name, within]),
      [
        ['b', false],
        ['a', true],
        ['c', false],
      ],
    );
    const [{ within }] = compareBlobs(blobs, golden, { names: ['a'], tolerance: 0.1 });
    assert.equal(within, false);
  });
});

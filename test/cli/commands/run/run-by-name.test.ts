import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noGrad } from '../../../../src/autograd/no-grad.js';
import { createRng } from '../../../../src/core/rng.js';
import { memorySource } from '../../../../src/io/byte-source.js';
import { readNpz } from '../../../../src/io/npz.js';
import { writeNpy } from '../../../../src/io/npy.js';
import { writeSafetensors } from '../../../../src/io/safetensors.js';
import { createFcnResnet } from '../../../../src/models/fcn-resnet.js';
import { Tensor } from '../../../../src/tensor/tensor.js';
import { reference32 } from '../../../support/backends.js';
import { refusal } from '../../refusal.js';
import { runCli, scratchFolder } from '../../run-cli.js';

describe('fcn run of networks that go by their names', function () {
  this.timeout(60_000);
  const folder = scratchFolder();
  const at = (name: string): string => join(folder.path, name);

  it('computes an entry of the zoo that no prototxt describes, with the bits of the reference', async () => {
    const spec = { depth: 50, width: 4, blocks: [1, 1, 1, 1] } as const;
    const network = createFcnResnet(reference32, spec, { rng: createRng(1701) });
    network.setTraining(false);
    const arrays = Array.from(network.parameters(), ([name, { shape, data }]) => {
      return [name, { shape, data: Float32Array.from(data) }] as const;
    });
    await writeFile(
      at('w.safetensors'),
      writeSafetensors(new Map(arrays), new Map(), { dtype: 'F32' }),
    );
    const data = Float32Array.from({ length: 3 * 20 * 24 }, (_, i) => Math.sin(i));
    const shape = [1, 3, 20, 24];
    await writeFile(at('x.npy'), writeNpy({ shape, data }));
    const { code, stderr } = await runCli(
      folder.path,
      ...['run', '--net', 'torchvision-fcn-resnet50', '--weights', 'w.safetensors'],
      ...['-i', 'x.npy', '--blobs', 'out,aux', '--out', 'y.npz'],
    );
    assert.deepEqual([code, stderr], [0, '']);
    const [input] = network.inputs;
    const x = Tensor.from(reference32, data, shape);
    const expected = noGrad(() => network.run(new Map([[input, x]])));
    const blobs = readNpz(memorySource(await readFile(at('y.npz')), 'y'));
    for (const name of ['out', 'aux']) {
      assert.deepEqual(
        blobs.get(name)?.data,
        Float32Array.from(expected.get(name)?.data ?? []),
        name,
      );
    }
  });

  it('asks for weights where there are none', async () => {
    const run = async (net: string) => await refusal('run', '--net', net, '-i', 'x.npy');
    const missing = await run('fcn_resnet101');
    assert.equal(missing.code, 3);
    assert.match(
      missing.message,
      /fcn_resnet101: weights not downloaded; run "fcn download torchvision-fcn-resnet101", .* --weights/,
    );
    const ours = await run('fcn8s-squeezenet');
    assert.equal(ours.code, 2);
    assert.match(
      ours.message,
      /fcn8s-squeezenet: missing weights \(none were published\); give a file by --weights/,
    );
  });
});

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWeights } from '../../../../src/formats/open-weights.js';
import { writeNpy } from '../../../../src/io/npy.js';
import { smallModel } from '../../../segment/small-model.js';
import { fixture } from '../../../support/fixtures.js';
import { withEnvironment } from '../../../support/with-environment.js';
import { refusal } from '../../refusal.js';
import { runCli, scratchFolder } from '../../run-cli.js';

describe('fcn convert, models and download', function () {
  this.timeout(120_000);
  const folder = scratchFolder();

  it('converts, and says what it did', async () => {
    writeFileSync(join(folder.path, 'in.pth'), fixture('weights/checkpoint.pth'));
    const run = await runCli(folder.path, 'convert', 'in.pth', 'out.npz', '--json');
    assert.equal(run.code, 0, run.stderr);
    const { kind, format, arrays, notes } = JSON.parse(run.stdout) as Record<string, unknown>;
    assert.deepEqual({ kind, format, arrays }, { kind: 'pytorch', format: 'npz', arrays: 7 });
    assert.match(String(notes), /weights taken from "model_state_dict"/);
    const converted = openWeights(join(folder.path, 'out.npz')).arrays;
    assert.deepEqual(converted, openWeights(fixture('weights/zip.pth')).arrays);
  });

  it('refuses damaged input and unknown output, and writes nothing', async () => {
    const input = join(folder.path, 'in.pth');
    writeFileSync(input, fixture('bad/pth-os-system-protocol-2.pth'));
    const refused = await refusal('convert', input, join(folder.path, 'out.npz'));
    assert.equal(refused.code, 3);
    assert.match(refused.message, /unsupported name posix\.system/);
    writeFileSync(input, fixture('weights/zip.pth'));
    assert.equal((await refusal('convert', input, join(folder.path, 'out.txt'))).code, 1);
    assert.equal((await refusal('convert', input, 'x.pth', '--to', 'hdf5')).code, 2);
    assert.deepEqual(readdirSync(folder.path), ['in.pth']);
  });

  it('writes networks, which compute what they did, whatever format they go through', async () => {
    const at = (name: string): string => join(folder.path, name);
    writeFileSync(at('m.safetensors'), smallModel());
    const shape = [1, 3, 24, 32];
    const data = Float32Array.from({ length: 3 * 24 * 32 }, (_, i) => ((i * 37) % 101) - 50);
    writeFileSync(at('x.npy'), writeNpy({ shape, data }));
    const size = ['--size', '24x32'];
    for (const args of [
      ['m.safetensors', 'a.prototxt', ...size],
      ['m.safetensors', 'a.caffemodel'],
      ['a.caffemodel', 'b.pth'],
      ['b.pth', 'c.onnx', '--net', 'a.prototxt', ...size],
      ['c.onnx', 'd.npz'],
    ]) {
      const run = await runCli(folder.path, 'convert', ...args);
      assert.equal(run.code, 0, run.stderr);
    }
    const score = async (...args: readonly string[]): Promise<Uint8Array> => {
      const out = ['--blobs', 'score', '--out', 'score.npy'];
      const run = await runCli(folder.path, 'run', '-i', 'x.npy', ...out, ...args);
      assert.equal(run.code, 0, run.stderr);
      return readFileSync(at('score.npy'));
    };
    const expected = await score('--net', 'm.safetensors');
    assert.deepEqual(await score('--net', 'a.prototxt', '--weights', 'd.npz'), expected);
    assert.deepEqual(await score('--net', 'c.onnx'), expected);
    const refused = await refusal('convert', at('b.pth'), at('e.onnx'));
    assert.equal(refused.code, 3);
    assert.equal((await refusal('convert', at('b.pth'), at('e.npz'), '--net', 'x')).code, 2);
  });

  it('lists the zoo, all of it or one entry', async () => {
    const all = await runCli(folder.path, 'models');
    assert.match(all.stdout, /^voc-fcn8s {2,}caffemodel {2}~538 MB {3}65\.5 {5}to download$/m);
    const one = await runCli(folder.path, 'models', 'voc-fcn8s', '--json');
    assert.equal((JSON.parse(one.stdout) as { parameters: number }).parameters, 134_489_759);
    const text = await runCli(folder.path, 'models', 'torchvision-fcn-resnet50');
    assert.match(text.stdout, /^ {2}checksum: sha256 1167a1af/m);
    assert.equal((await refusal('models', 'unet')).code, 2);
  });

  it('downloads what it is asked to, and nothing offline', async () => {
    assert.equal((await refusal('download', 'unet')).code, 2);
    await withEnvironment({ FCN_OFFLINE: '1', FCN_HOME: folder.path }, async () => {
      const { code, message } = await refusal('download', 'voc-fcn8s');
      assert.equal(code, 1);
      assert.match(message, /voc-fcn8s: not in the cache, .*, and FCN_OFFLINE is set/);
    });
  });
});

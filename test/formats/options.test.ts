import assert from 'node:assert/strict';
import { join } from 'node:path';
import { OptionError } from '../../src/core/option-error.js';
import { buildCaffeNetwork } from '../../src/formats/caffe/build-network.js';
import { openCaffeNetwork } from '../../src/formats/caffe/open-network.js';
import { openOnnxNetwork } from '../../src/formats/onnx/open-network.js';
import { openWeights } from '../../src/formats/open-weights.js';
import { saveWeights } from '../../src/formats/save-weights.js';
import { readNetText } from '../../src/io/caffe/read-files.js';
import { scratchFolder } from '../cli/run-cli.js';
import { fixture } from '../support/fixtures.js';

const net = readNetText(Buffer.from('input: "x" input_dim: [1, 1, 2, 2]'), 'net');
const maker = { backend: null, rng: null };

describe('options of the formats', () => {
  const folder = scratchFolder();
  const calls: Readonly<Record<string, (options: never) => unknown>> = {
    openWeights: (options) => openWeights(fixture('weights/zip.pth'), options),
    saveWeights: (options) =>
      saveWeights(join(folder.path, 'a.npz'), { arrays: new Map() }, options),
    openOnnxNetwork: (options) => openOnnxNetwork(fixture('onnx/fcn-narrow-12.onnx'), options),
    openCaffeNetwork: (options) => openCaffeNetwork(options),
    buildCaffeNetwork: (options) => buildCaffeNetwork(net, options),
  };

  const refused: readonly (readonly [call: string, options: object, message: RegExp])[] = [
    ['openWeights', { sha: '' }, /openWeights: unknown option "sha"/],
    [
      'openWeights',
      { sha256: 'abc' },
      /the option sha256 \(got "abc", expected a SHA-256 in 64 hexadecimal digits\)/,
    ],
    ['saveWeights', { half: 'yes' }, /the option half \(got "yes", expected true or false\)/],
    ['saveWeights', { format: 'Npz' }, /the option format \(got "Npz", expected one of safetensor/],
    ['openOnnxNetwork', { backend: null, extern: 1 }, /openOnnxNetwork: unknown option "extern"/],
    ['openOnnxNetwork', { backend: 'wasm' }, /the option backend \(got "wasm", expected an object/],
    ['openOnnxNetwork', {}, /the option backend is missing/],
    ['openCaffeNetwork', { maker, prototext: 'a' }, /openCaffeNetwork: unknown option "prototext"/],
    ['openCaffeNetwork', { maker, prototxt: 'a', size: [4] }, /the option size/],
    ['buildCaffeNetwork', { maker, phase: 'TEST' }, /buildCaffeNetwork: unknown option "phase"/],
    ['buildCaffeNetwork', { maker, size: [4, 0] }, /the option size .*got an array of 2/],
    [
      'buildCaffeNetwork',
      { maker, state: { phase: 'train' } },
      /the option phase \(got "train", expected one of TRAIN, TEST\)/,
    ],
    ['buildCaffeNetwork', { maker, state: { stage: 'a' } }, /unknown option "stage"/],
  ];
  for (const [call, options, message] of refused) {
    it(`${call} refuses ${JSON.stringify(options)}`, async () => {
      await assert.rejects(
        async () => {
          await calls[call](options as never); // deliberately of the wrong type
        },
        (error) => error instanceof OptionError && message.test(error.message),
      );
    });
  }
});

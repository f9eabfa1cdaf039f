import assert from 'node:assert/strict';
import { OptionError } from '../../src/core/option-error.js';
import { createRng } from '../../src/core/rng.js';
import { augment } from '../../src/data/augment.js';
import { decodeImage } from '../../src/data/decode-image.js';
import { openFolderDataset } from '../../src/data/folder-dataset.js';
import { writeNpz } from '../../src/io/npz.js';
import { writeSafetensors } from '../../src/io/safetensors.js';
import { createNetwork } from '../../src/models/create-network.js';
import { loadParameters } from '../../src/models/load-parameters.js';
import { avgPool2d } from '../../src/ops/avg-pool2d.js';
import { batchNorm2d } from '../../src/ops/batch-norm2d.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { dropout } from '../../src/ops/dropout.js';
import { maxPool2d } from '../../src/ops/max-pool2d.js';
import { softmaxCrossEntropy } from '../../src/ops/softmax-cross-entropy.js';
import { createAdam } from '../../src/optim/adam.js';
import { createSgd } from '../../src/optim/sgd.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { fit } from '../../src/train/fit.js';
import { runRecipeFile } from '../../src/train/run-recipe-file.js';
import { download } from '../../src/zoo/download.js';
import { zooEntry } from '../../src/zoo/catalogue.js';
import { reference32 } from '../support/backends.js';

const x = Tensor.zeros(reference32, [1, 1, 4, 4]);
const one = Tensor.zeros(reference32, [1]);
const SPEC = { trunk: 'vgg16', variant: '32s', classes: 2, geometry: 'same' } as const;
const picture = { width: 1, height: 1, data: new Uint8Array(3) };
const sample = { image: picture, labels: { ...picture, data: new Uint8Array(1) } };

/** Functions that take options, each called with options of any kind. */
const CALLS: Readonly<Record<string, (options: never) => unknown>> = {
  'Tensor.from': (options) => Tensor.from(reference32, [0], [1], options),
  'Tensor.zeros': (options) => Tensor.zeros(reference32, [1], options),
  conv2d: (options) => conv2d(x, x, null, options),
  convTranspose2d: (options) => convTranspose2d(x, x, null, options),
  maxPool2d: (options) => maxPool2d(x, options),
  avgPool2d: (options) => avgPool2d(x, options),
  batchNorm2d: (options) => batchNorm2d(x, { mean: one, variance: one }, options),
  dropout: (options) => dropout(x, options),
  softmaxCrossEntropy: (options) => softmaxCrossEntropy(x, new Uint8Array(16), options),
  createSgd: (options) => createSgd(new Map(), options),
  createAdam: (options) => createAdam(new Map(), options),
  createNetwork: (options) => createNetwork(null, SPEC, options),
  loadParameters: (options) => loadParameters({ parameters: () => new Map() }, new Map(), options),
  writeSafetensors: (options) => writeSafetensors(new Map(), new Map(), options),
  writeNpz: (options) => writeNpz(new Map(), options),
  decodeImage: (options) => decodeImage(new Uint8Array(1), 'image', options),
  openFolderDataset: (options) => openFolderDataset('folder', 'list', options),
  augment: (options) => augment(sample, createRng(1), options),
  fit: (options) => fit({} as never, options),
  runRecipeFile: (options) => runRecipeFile('recipe.json', options),
  download: (options) => download(zooEntry('voc-fcn8s'), options),
};

describe('options of the library', () => {
  for (const [name, call] of Object.entries(CALLS)) {
    it(`${name} refuses an unknown option`, async () => {
      await assert.rejects(
        async () => await call({ colour: 1 } as never),
        (error) =>
          error instanceof OptionError &&
          error.message.startsWith(`${name}: unknown option "colour"`),
      );
    });
  }
});

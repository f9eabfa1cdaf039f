import assert from 'node:assert/strict';
import type { NamedArrays } from '../../src/core/named-arrays.js';
import {
  describeModel,
  ModelFileError,
  readModel,
  type ModelDescription,
} from '../../src/models/model-file.js';
import { parseNetworkSpec } from '../../src/models/network-spec.js';

const PARAMETERS: NamedArrays = new Map([['x.bias', { shape: [1], data: Float32Array.of(1) }]]);

const DESCRIPTION: ModelDescription = {
  spec: parseNetworkSpec({ trunk: 'squeezenet1_1', variant: '8s', classes: 3, geometry: 'same' }),
  input: { order: 'bgr', mean: [103.939, 116.779, 123.68] },
  classes: ['background', 'cat', 'dog'],
  palette: [
    [0, 0, 0],
    [128, 0, 0],
    [0, 0, 255],
  ],
  training: { recipe: 'pets', seed: 1701 },
};

/** The metadata of the description with some keys replaced; undefined removes one. */
function changed(change: object): ReadonlyMap<string, string> {
  return new Map([['fcn-wasm', JSON.stringify({ ...DESCRIPTION, ...change })]]);
}

describe('readModel', () => {
  it('reads what describeModel writes', () => {
    const model = readModel(PARAMETERS, describeModel(DESCRIPTION));
    assert.deepEqual(model, { ...DESCRIPTION, parameters: PARAMETERS });
  });

  it('can do without palette and training notes, and fills in the defaults of the network', () => {
    const spec = { trunk: 'vgg16', variant: '32s', classes: 3, geometry: 'authors' };
    const change = { spec, palette: undefined, training: undefined };
    const model = readModel(PARAMETERS, changed(change));
    assert.equal(model.palette, undefined);
    assert.equal(model.training, undefined);
    assert.equal(model.spec.fc6Width, 4096);
  });

  it('refuses files of others', () => {
    assert.throws(() => readModel(PARAMETERS, new Map()), ModelFileError);
    assert.throws(() => readModel(PARAMETERS, new Map([['fcn-wasm', '{']])), ModelFileError);
    assert.throws(() => readModel(PARAMETERS, new Map([['fcn-wasm', '3']])), ModelFileError);
  });

  for (const [reason, change] of Object.entries({
    'no network': { spec: undefined },
    'a network nobody knows': { spec: { ...DESCRIPTION.spec, trunk: 'alexnet' } },
    'no input': { input: undefined },
    'an order nobody knows': { input: { order: 'grb', mean: [1, 2, 3] } },
    'a mean of two': { input: { order: 'rgb', mean: [1, 2] } },
    'a side of nothing': { input: { order: 'rgb', mean: [1, 2, 3], longSide: 0 } },
    'fewer names than classes': { classes: ['background', 'cat'] },
    'names that are no texts': { classes: ['background', 'cat', 2] },
    'fewer colours than classes': { palette: [[0, 0, 0]] },
    'a colour beyond 255': { palette: [[0, 0, 256], ...(DESCRIPTION.palette ?? [])] },
    'a key nobody knows': { licence: 'MIT' },
  })) {
    it(`refuses a description with ${reason}`, () => {
      assert.throws(() => readModel(PARAMETERS, changed(change)), ModelFileError);
    });
  }
});

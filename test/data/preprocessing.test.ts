import assert from 'node:assert/strict';
import { JsonError, JsonObject } from '../../src/core/json-object.js';
import { readPreprocessing } from '../../src/data/preprocessing.js';

function read(value: object): ReturnType<typeof readPreprocessing> {
  return readPreprocessing(new JsonObject('input', value));
}

const CAFFE = { order: 'bgr', mean: [104, 117, 123] };

describe('readPreprocessing', () => {
  it('reads order and mean, which are required', () => {
    assert.deepEqual(read(CAFFE), CAFFE);
    assert.deepEqual(read({ ...CAFFE, longSide: 256 }), { ...CAFFE, longSide: 256 });
  });

  it('reads every optional step', () => {
    const steps = { input: 'photo', divisor: 255, std: [0.2, 0.3, 0.4], singlePrecision: true };
    const written = { order: 'rgb', mean: [0.5, 0.4, 0.3], size: [224, 320], ...steps };
    assert.deepEqual(read(JSON.parse(JSON.stringify(written)) as object), written);
    assert.deepEqual(read({ ...CAFFE, shortSide: 520 }), { ...CAFFE, shortSide: 520 });
  });

  it('rejects missing, unknown and invalid keys', () => {
    const refuses = (value: object, key: string): void => {
      assert.throws(
        () => read(value),
        (error) => error instanceof JsonError && error.key === key,
      );
    };
    refuses({ mean: [1, 2, 3] }, 'input.order');
    refuses({ order: 'bgr' }, 'input.mean');
    refuses({ ...CAFFE, mean: [1, 2] }, 'input.mean');
    refuses({ ...CAFFE, order: 'stored' }, 'input.order');
    refuses({ ...CAFFE, input: 'depth' }, 'input.input');
    refuses({ ...CAFFE, longside: 256 }, 'input.longside');
    refuses({ ...CAFFE, divisor: 0 }, 'input.divisor');
    refuses({ ...CAFFE, std: [1, 0, 1] }, 'input.std');
    refuses({ ...CAFFE, size: [224] }, 'input.size');
    refuses({ ...CAFFE, size: [224, 0.5] }, 'input.size');
    refuses({ ...CAFFE, singlePrecision: 1 }, 'input.singlePrecision');
    refuses({ ...CAFFE, longSide: 256, shortSide: 128 }, 'input.size');
  });
});

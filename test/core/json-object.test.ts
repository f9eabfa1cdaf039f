import assert from 'node:assert/strict';
import { FcnError } from '../../src/core/errors.js';
import { JsonError, JsonObject } from '../../src/core/json-object.js';

const read = (json: string): JsonObject => new JsonObject('', JSON.parse(json));

/** Fails unless the call names the key and the reason. */
function refuses(run: () => unknown, key: string, reason: RegExp): void {
  assert.throws(run, (error: unknown) => {
    assert(error instanceof JsonError && error instanceof FcnError);
    assert.equal(error.name, 'JsonError');
    assert.equal(error.key, key);
    assert(error.message.startsWith(`${key}: `), error.message);
    assert.match(error.message, reason);
    return true;
  });
}

describe('JsonObject', () => {
  it('reads values of every kind', () => {
    const file = read(
      '{"s": "a", "n": 1.5, "ns": [1, 2], "ss": ["a", "b"], "o": {"x": 1}, "os": [{"y": 2}], "l": [1, null], "r": null}',
    );
    assert.equal(file.string('s'), 'a');
    assert.equal(file.string('s', ['b', 'a']), 'a');
    assert.equal(file.number('n'), 1.5);
    assert.deepEqual(file.numbers('ns', { integer: true }, 2), [1, 2]);
    assert.deepEqual(file.strings('ss'), ['a', 'b']);
    assert.equal(file.object('o').number('x'), 1);
    assert.deepEqual(
      file.objects('os').map((inner) => inner.number('y')),
      [2],
    );
    assert.deepEqual(file.list('l'), [1, null]);
    assert.equal(file.raw('r'), null);
    file.end();
  });

  it('is nothing but an object', () => {
    for (const json of ['[]', 'null', '1', '"a"', 'true']) {
      refuses(() => read(json), 'file', /an object is expected/);
    }
    refuses(() => read('{"a": [{"b": 1}, 2]}').objects('a'), 'a[1]', /an object/);
    refuses(() => read('{"a": 2}').object('a'), 'a', /an object/);
  });

  it('names the way to a key', () => {
    const inner = () =>
      read('{"stages": [{}, {"optimizer": {"rate": "fast"}}]}').objects('stages')[1];
    refuses(() => inner().object('optimizer').number('rate'), 'stages[1].optimizer.rate', /number/);
    refuses(() => inner().raw('rate'), 'stages[1].rate', /is missing/);
  });

  it('refuses values of another kind', () => {
    const file = read('{"s": "a", "n": 1, "m": ["a", 1]}');
    refuses(() => file.string('n'), 'n', /a text is expected/);
    refuses(() => file.string('s', ['x', 'y']), 's', /one of x, y is expected, got a/);
    refuses(() => file.number('s'), 's', /a number is expected/);
    refuses(() => file.numbers('n'), 'n', /a list is expected/);
    refuses(() => file.numbers('m'), 'm', /a number is expected/);
    refuses(() => file.strings('m'), 'm', /a list of texts is expected/);
    refuses(() => file.objects('s'), 's', /a list is expected/);
    refuses(() => read('{"n": 1e999}').number('n'), 'n', /a number is expected/);
  });

  it('holds numbers to their bounds, which are allowed themselves', () => {
    const file = read('{"n": 1.5, "two": [1, 2], "big": 9007199254740993}');
    assert.equal(file.number('n', { min: 1.5, max: 1.5 }), 1.5);
    refuses(() => file.number('n', { min: 2 }), 'n', /1\.5 is not within 2 … ∞/);
    refuses(() => file.number('n', { max: 1 }), 'n', /1\.5 is not within −∞ … 1/);
    refuses(() => file.number('n', { integer: true }), 'n', /a whole number is expected, got 1\.5/);
    refuses(() => file.number('big', { integer: true }), 'big', /a whole number/);
    refuses(() => file.numbers('two', {}, 3), 'two', /3 numbers are expected/);
    refuses(() => file.numbers('two', { max: 1 }), 'two', /2 is not within/);
  });

  it('reads optional keys, which are there even if null', () => {
    const file = read('{"a": 1, "b": null}');
    assert.deepEqual(
      file.optional('a', (key) => file.number(key)),
      { a: 1 },
    );
    assert.deepEqual(
      file.optional('c', (key) => file.number(key)),
      {},
    );
    refuses(() => file.optional('b', (key) => file.number(key)), 'b', /a number is expected/);
    assert.equal(file.has('a'), true);
    assert.equal(file.has('d'), false);
  });

  it('is silent about no key that nobody asked for', () => {
    const file = read('{"rate": 1, "momentun": 0.9}');
    file.number('rate');
    file.has('momentum');
    const end = () => {
      file.end();
    };
    refuses(end, 'momentun', /unknown; known are rate, momentum/);
    assert.deepEqual(file.all(), { rate: 1, momentun: 0.9 });
    end(); // whoever took everything has asked for everything
  });

  it('takes keys that objects inherit for what they are', () => {
    const file = read('{"__proto__": 1}');
    refuses(() => file.raw('toString'), 'toString', /is missing/);
    assert.equal(file.number('__proto__'), 1);
    assert.deepEqual(Object.keys(file.all()), ['__proto__']);
  });
});

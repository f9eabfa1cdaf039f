import assert from 'node:assert/strict';
import { FcnError } from '../../src/core/errors.js';
import { JsonError, JsonObject } from '../../src/core/json-object.js';

const read = (json: string): JsonObject => new JsonObject('', JSON.parse(json));

/** Asserts that the call throws an error with this key and reason. */
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

  it('accepts only objects', () => {
    for (const json of ['[]', 'null', '1', '"a"', 'true']) {
      refuses(() => read(json), 'file', /wrong kind of value \(got .*, expected an object\)/);
    }
    refuses(() => read('{"a": [{"b": 1}, 2]}').objects('a'), 'a[1]', /expected an object/);
    refuses(() => read('{"a": 2}').object('a'), 'a', /expected an object/);
  });

  it('states the path of a key', () => {
    const inner = () =>
      read('{"stages": [{}, {"optimizer": {"rate": "fast"}}]}').objects('stages')[1];
    refuses(() => inner().object('optimizer').number('rate'), 'stages[1].optimizer.rate', /number/);
    refuses(() => inner().raw('rate'), 'stages[1].rate', /missing$/);
  });

  it('rejects values of the wrong kind', () => {
    const file = read('{"s": "a", "n": 1, "m": ["a", 1]}');
    refuses(() => file.string('n'), 'n', /\(got 1, expected a text\)/);
    refuses(
      () => file.string('s', ['x', 'y']),
      's',
      /invalid value \(got a, expected one of x, y\)/,
    );
    refuses(() => file.number('s'), 's', /expected a number\)/);
    refuses(() => file.numbers('n'), 'n', /expected a list\)/);
    refuses(() => file.numbers('m'), 'm', /expected a number\)/);
    refuses(() => file.strings('m'), 'm', /\(got 1, expected a list of texts\)/);
    refuses(() => file.objects('s'), 's', /expected a list\)/);
    refuses(() => read('{"n": 1e999}').number('n'), 'n', /\(got Infinity, expected a number\)/);
  });

  it('checks bounds of numbers, which are inclusive', () => {
    const file = read('{"n": 1.5, "two": [1, 2], "big": 9007199254740993}');
    assert.equal(file.number('n', { min: 1.5, max: 1.5 }), 1.5);
    refuses(() => file.number('n', { min: 2 }), 'n', /out of range \(got 1\.5, expected 2 to ∞\)/);
    refuses(() => file.number('n', { max: 1 }), 'n', /out of range \(got 1\.5, expected −∞ to 1\)/);
    refuses(
      () => file.number('n', { integer: true }),
      'n',
      /invalid value \(got 1\.5, expected a whole number\)/,
    );
    refuses(() => file.number('big', { integer: true }), 'big', /a whole number/);
    refuses(() => file.numbers('two', {}, 3), 'two', /wrong number count \(got 2, expected 3\)/);
    refuses(() => file.numbers('two', { max: 1 }), 'two', /out of range \(got 2,/);
  });

  it('reads optional keys, which count as present if null', () => {
    const file = read('{"a": 1, "b": null}');
    assert.deepEqual(
      file.optional('a', (key) => file.number(key)),
      { a: 1 },
    );
    assert.deepEqual(
      file.optional('c', (key) => file.number(key)),
      {},
    );
    refuses(() => file.optional('b', (key) => file.number(key)), 'b', /expected a number\)/);
    assert.equal(file.has('a'), true);
    assert.equal(file.has('d'), false);
  });

  it('rejects keys that were not read', () => {
    const file = read('{"rate": 1, "momentun": 0.9}');
    file.number('rate');
    file.has('momentum');
    const end = () => {
      file.end();
    };
    refuses(end, 'momentun', /unknown key \(expected one of rate, momentum\)/);
    assert.deepEqual(file.all(), { rate: 1, momentun: 0.9 });
    end(); // all() counts as reading every key
  });

  it('treats names of inherited properties as ordinary keys', () => {
    const file = read('{"__proto__": 1}');
    refuses(() => file.raw('toString'), 'toString', /missing$/);
    assert.equal(file.number('__proto__'), 1);
    assert.deepEqual(Object.keys(file.all()), ['__proto__']);
  });
});

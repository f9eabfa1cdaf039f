import assert from 'node:assert/strict';
import { FcnError, ParseError, ShapeError } from '../../src/core/errors.js';

describe('errors', () => {
  it('have a class and a name of their own, and extend FcnError', () => {
    const errors = [new FcnError('a'), new ShapeError('a'), new ParseError('png', 1, 'a')];
    assert.deepEqual(
      errors.map(({ name }) => name),
      ['FcnError', 'ShapeError', 'ParseError'],
    );
    for (const error of errors) assert(error instanceof FcnError && error instanceof Error);
    assert(!(errors[2] instanceof ShapeError));
  });

  it('keep their cause', () => {
    const cause = new RangeError('deep down');
    assert.equal(new FcnError('above', { cause }).cause, cause);
  });

  it('of files state the place and the reason', () => {
    const { message, source, offset } = new ParseError('cat.png', 33, 'bad checksum');
    assert.equal(message, 'cat.png: bad checksum (at byte 33)');
    assert.deepEqual([source, offset], ['cat.png', 33]);
  });
});

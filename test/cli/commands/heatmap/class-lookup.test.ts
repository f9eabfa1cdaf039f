import assert from 'node:assert/strict';
import { findClass } from '../../../../src/cli/commands/heatmap/class-lookup.js';
import { CommandError, EXIT } from '../../../../src/cli/shell/exit-codes.js';

const NAMES = ['tench, Tinca tinca', 'tabby, tabby cat', 'tiger cat', 'crane', 'tiger', 'crane'];

function refusal(wanted: string): string {
  try {
    findClass(NAMES, wanted);
  } catch (error) {
    assert.ok(error instanceof CommandError);
    assert.equal(error.exitCode, EXIT.usage);
    return error.message;
  }
  return assert.fail(`${wanted} was found`);
}

describe('class lookup', () => {
  it('takes an id, a name, one of several names and a part of a name', () => {
    assert.equal(findClass(NAMES, '0'), 0);
    assert.equal(findClass(NAMES, ' 5 '), 5);
    assert.equal(findClass(NAMES, 'Tabby'), 1);
    assert.equal(findClass(NAMES, 'tinca TINCA'), 0);
    assert.equal(findClass(NAMES, 'tench, tinca tinca'), 0);
    assert.equal(findClass(NAMES, 'tabb'), 1);
  });

  it('prefers a whole name to a part of another', () => {
    assert.equal(findClass(NAMES, 'tiger'), 4);
  });

  it('lists the classes that a name may mean', () => {
    assert.equal(
      refusal('crane'),
      '"crane" may be any of 3 "crane", 5 "crane"; say which, or its id',
    );
    assert.match(refusal('cat'), /1 "tabby, tabby cat", 2 "tiger cat"/);
  });

  it('lists the nearest names where there is none', () => {
    assert.match(refusal('taby'), /^no class "taby"; the nearest are 1 "tabby, tabby cat", /);
    assert.match(refusal('6'), /ids go from 0 to 5/);
    assert.match(refusal('  '), /empty/);
  });
});

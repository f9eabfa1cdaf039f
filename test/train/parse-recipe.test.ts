import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { JsonError } from '../../src/core/json-object.js';
import { parseRecipe } from '../../src/train/parse-recipe.js';
import { networkSpec } from '../../src/train/recipe-run.js';
import { stageHash } from '../../src/train/recipe-hash.js';

const TEXT = readFileSync(new URL('../../recipes/pets.json', import.meta.url), 'utf8');

/** The recipe `pets` with the value at a path replaced, or removed if there is none. */
function changed(path: readonly (string | number)[], value?: unknown): string {
  const recipe: unknown = JSON.parse(TEXT);
  let at = recipe as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path[path.length - 1];
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return JSON.stringify(recipe);
}

const WRONG: readonly (readonly [string, readonly (string | number)[], unknown?])[] = [
  ['name', ['name']],
  ['name', ['name'], 3],
  ['nmae', ['nmae'], 'pets'],
  ['data.train', ['data', 'train']],
  ['data.classes', ['data', 'classes'], ['cat']],
  ['data.classes', ['data', 'classes'], ['cat', 2]],
  ['input', ['input'], 'bgr'],
  ['input.order', ['input', 'order'], 'brg'],
  ['input.mean', ['input', 'mean'], [1, 2]],
  ['stages', ['stages'], []],
  ['stages', ['stages'], {}],
  ['stages[0].name', ['stages', 0, 'name'], '../32s'],
  ['stages[1].name', ['stages', 1, 'name'], '32s'],
  ['stages[1].from', ['stages', 1, 'from'], '8s'],
  ['stages[2].batch', ['stages', 2, 'batch'], 0],
  ['stages[2].batch', ['stages', 2, 'batch'], 1.5],
  ['stages[0].epochs', ['stages', 0, 'epochs']],
  ['stages[0].epochs', ['stages', 0, 'iterations'], 7],
  ['stages[0].optimizer.kind', ['stages', 0, 'optimizer', 'kind'], 'lion'],
  ['stages[0].optimizer.rate', ['stages', 0, 'optimizer', 'rate'], -1],
  ['stages[0].optimizer.momentum', ['stages', 0, 'optimizer', 'momentum'], 0.9],
  ['stages[0].optimizer.rules[1].mach', ['stages', 0, 'optimizer', 'rules', 1, 'mach'], 'x'],
  ['stages[0].policy.power', ['stages', 0, 'policy', 'power']],
  ['stages[0].policy.gamma', ['stages', 0, 'policy', 'gamma'], 2],
  ['stages[0].augmentation.scale', ['stages', 0, 'augmentation', 'scale'], [2, 1]],
  ['stages[0].frozen', ['stages', 0, 'frozen'], [1]],
];

describe('parseRecipe', () => {
  it('reads the recipe `pets`, whose networks exist', () => {
    const recipe = parseRecipe(TEXT);
    assert.deepEqual(
      recipe.stages.map(({ name, from }) => [name, from]),
      [
        ['32s', undefined],
        ['16s', '32s'],
        ['8s', '16s'],
      ],
    );
    for (const stage of recipe.stages) assert.equal(networkSpec(recipe, stage).classes, 3);
  });

  for (const [key, path, value] of WRONG) {
    it(`names ${key} where ${path.join('.')} is ${value === undefined ? 'missing' : JSON.stringify(value)}`, () => {
      assert.throws(
        () => parseRecipe(changed(path, value)),
        (error) => {
          assert.ok(error instanceof JsonError);
          assert.equal(error.key, key);
          return true;
        },
      );
    });
  }

  it('rejects a text that is not JSON', () => {
    assert.throws(() => parseRecipe('{"name": '), JsonError);
    assert.throws(() => parseRecipe('[]'), JsonError);
  });

  it('reads every policy and both optimisers', () => {
    const at = ['stages', 0, 'policy'] as const;
    for (const policy of [
      { policy: 'fixed' },
      { policy: 'step', gamma: 0.1, stepSize: 10 },
      { policy: 'exp', gamma: 0.9 },
      { policy: 'inv', gamma: 0.1, power: 0.75 },
      { policy: 'multistep', gamma: 0.5, stepValues: [3, 5] },
      { policy: 'poly', power: 0.9, maxIterations: 50 },
      { policy: 'sigmoid', gamma: 0.1, stepSize: 10 },
    ]) {
      assert.deepEqual(parseRecipe(changed(at, policy)).stages[0].policy, policy);
    }
    const options = { momentum: 0.9, weightDecay: 5e-4, clipNorm: 3, rules: [] };
    const sgd = { kind: 'sgd', rate: 0.1 };
    const recipe = parseRecipe(changed(['stages', 0, 'optimizer'], { ...sgd, ...options }));
    assert.deepEqual(recipe.stages[0].optimizer, { ...sgd, options });
  });
});

describe('stageHash', () => {
  it('changes with everything up to a stage, and with nothing after it', () => {
    const before = parseRecipe(TEXT);
    const after = parseRecipe(changed(['stages', 1, 'optimizer', 'rate'], 0.5));
    assert.equal(stageHash(before, '32s'), stageHash(after, '32s'));
    assert.notEqual(stageHash(before, '16s'), stageHash(after, '16s'));
    assert.notEqual(stageHash(before, '8s'), stageHash(after, '8s'));
    const moved = parseRecipe(changed(['output'], 'elsewhere'));
    assert.equal(stageHash(before, '8s'), stageHash(moved, '8s'));
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NamedArrays } from '../../src/core/named-arrays.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import type { RecipeRun } from '../../src/train/recipe-run.js';
import { runRecipe } from '../../src/train/run-recipe.js';
import { wasmBackend } from '../support/backends.js';
import { NARROW, tinyRecipe, tinyRun, tinyStage } from './tiny-run.js';

describe('trainStage', () => {
  const folders: string[] = [];

  async function newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'fcn-stage-'));
    folders.push(folder);
    return folder;
  }

  /** Trains the stage 32s with some settings changed, and returns the parameters of its model. */
  async function train(
    change: {
      readonly stage?: object;
      readonly recipe?: object;
      readonly run?: Partial<RecipeRun>;
    },
    iterations = 1,
  ): Promise<NamedArrays> {
    const out = await newFolder();
    const stages = [{ ...tinyStage('32s', undefined, iterations), ...change.stage }];
    const recipe = tinyRecipe({ stages, ...change.recipe });
    const run = tinyRun(await wasmBackend(), out, { recipe, ...change.run });
    assert.equal(await runRecipe(run, { resume: false }), true);
    return readSafetensors(await readFile(join(out, '32s.safetensors')), '32s').arrays;
  }

  after(async () => {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  });

  it('does not change frozen parameters', async () => {
    const stage = { frozen: ['conv1_1.*'] };
    const [once, often] = [await train({ stage }), await train({ stage }, 3)];
    assert.deepEqual(once.get('conv1_1.weight'), often.get('conv1_1.weight'));
    assert.notDeepEqual(once.get('conv1_2.weight'), often.get('conv1_2.weight'));
  });

  it('starts the first stage from the weights of the trunk', async () => {
    const out = await newFolder();
    const run = tinyRun(await wasmBackend(), out);
    assert.equal(await runRecipe(run, { resume: false, stage: '32s' }), true);
    const weights = join(out, '32s.safetensors');
    const source = readSafetensors(await readFile(weights), weights).arrays;
    const trained = await train({ stage: { frozen: ['conv*'] }, run: { weights } });
    assert.deepEqual(trained.get('conv1_1.weight'), source.get('conv1_1.weight'));
  });

  it('trains with dropout', async () => {
    const network = { ...NARROW, scoreInit: 'gaussian' };
    const [plain, dropped] = [
      await train({ recipe: { network: { ...network, dropout: 0 } } }),
      await train({ recipe: { network: { ...network, dropout: 0.5 } } }),
    ];
    assert.notDeepEqual(plain.get('fc7.weight'), dropped.get('fc7.weight'));
  });

  it('lets a poly policy end before the stage', async () => {
    const stage = { policy: { policy: 'poly', power: 1, maxIterations: 1 } };
    assert.deepEqual(await train({ stage }, 3), await train({ stage }, 1));
  });

  it('rejects an invalid network of a later stage before it trains the first one', async () => {
    const stages = [tinyStage('32s', undefined, 1), tinyStage('4s', '32s', 1)];
    const out = await newFolder();
    const run = tinyRun(await wasmBackend(), out, { recipe: tinyRecipe({ stages }) });
    await assert.rejects(runRecipe(run, { resume: false }), /4s/);
    assert.deepEqual(await readdir(out), []);
  });
});

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecipeError } from '../../src/train/recipe-error.js';
import { runRecipeFile } from '../../src/train/run-recipe-file.js';
import { scratchFolder } from '../cli/run-cli.js';
import { wasmBackend } from '../support/backends.js';
import { writeTinyFolder } from './tiny-folder.js';

describe('runRecipeFile', () => {
  const folder = scratchFolder();

  it('trains the stages of a recipe file on its data set', async () => {
    await writeTinyFolder(folder.path, 2);
    const lines: string[] = [];
    const stream = { write: (text: string) => lines.push(text) };
    const options = { backend: await wasmBackend(), stream };
    assert.equal(await runRecipeFile(join(folder.path, 'tiny.json'), options), true);
    const written = await readdir(join(folder.path, 'out'));
    assert.ok(written.includes('32s.safetensors') && written.includes('scores.json'));
    assert.match(lines.join(''), /^32s {2}1\/2 {2}loss /);
  });

  it('finds data in the folder FCN_SHARED', async () => {
    const shared = join(folder.path, 'shared');
    await writeTinyFolder(shared, 1);
    const recipe = join(folder.path, 'alone.json');
    await writeFile(recipe, await readFile(join(shared, 'tiny.json')));
    const options = { backend: await wasmBackend(), environment: { FCN_SHARED: shared } };
    assert.equal(await runRecipeFile(recipe, options), true);
  });

  it('stops when the signal is aborted', async () => {
    await writeTinyFolder(folder.path, 2);
    const options = { backend: await wasmBackend(), signal: AbortSignal.abort() };
    assert.equal(await runRecipeFile(join(folder.path, 'tiny.json'), options), false);
  });

  it('refuses an invalid recipe and missing data with a RecipeError', async () => {
    const recipe = join(folder.path, 'tiny.json');
    const options = { backend: await wasmBackend(), environment: {} };
    await assert.rejects(runRecipeFile(recipe, options), RecipeError);
    const gone = runRecipeFile('gone.json', options);
    await assert.rejects(gone, /^RecipeError: gone\.json: no such file$/);
    await writeTinyFolder(folder.path, 2, { name: 5 });
    await assert.rejects(runRecipeFile(recipe, options), /tiny\.json: name: /);
    await writeTinyFolder(join(folder.path, 'b'), 2, { weights: 'none.safetensors' });
    const missing = runRecipeFile(join(folder.path, 'b', 'tiny.json'), options);
    await assert.rejects(missing, /^RecipeError: weights: not found \(tried .*FCN_SHARED/);
  });
});

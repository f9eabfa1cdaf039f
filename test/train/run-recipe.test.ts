import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointError } from '../../src/train/checkpoint.js';
import { listCheckpoints } from '../../src/train/checkpoint-folder.js';
import type { RecipeRun } from '../../src/train/recipe-run.js';
import { runRecipe } from '../../src/train/run-recipe.js';
import { FcnError } from '../../src/core/errors.js';
import { readSafetensors } from '../../src/io/safetensors.js';
import { wasmBackend } from '../support/backends.js';
import { PHOTOS, tinyRecipe, tinyRun, tinyStage } from './tiny-run.js';

const STAGES = ['32s', '16s', '8s'];

/** A signal that is aborted after `steps` reports, and the stream that counts them. */
function afterSteps(steps: number): Pick<RecipeRun, 'signal' | 'stream'> {
  const controller = new AbortController();
  let seen = 0;
  // A terminal's clock that never moves shows the first and the last step only; so count by `now`.
  return {
    signal: controller.signal,
    stream: {
      write: () => {
        if (++seen === steps) controller.abort();
      },
    },
  };
}

describe('runRecipe', () => {
  const folders: string[] = [];
  let whole: string;

  async function newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'fcn-train-'));
    folders.push(folder);
    return folder;
  }

  async function models(out: string): Promise<Buffer[]> {
    return await Promise.all(STAGES.map((stage) => readFile(join(out, `${stage}.safetensors`))));
  }

  /** A clock that advances a minute per call: every step is shown, so that the lines count steps. */
  function ticking(): () => number {
    let time = 0;
    return () => (time += 60_000);
  }

  async function interruptedRun(out: string, steps: number): Promise<boolean> {
    const run = tinyRun(await wasmBackend(), out, { now: ticking(), ...afterSteps(steps) });
    return await runRecipe(run, { resume: true });
  }

  before(async () => {
    whole = await newFolder();
    assert.equal(await runRecipe(tinyRun(await wasmBackend(), whole), { resume: false }), true);
  });

  after(async () => {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
  });

  it('writes a model and scores for every stage, and removes the checkpoints', async () => {
    const names = [...STAGES.map((stage) => `${stage}.safetensors`), 'scores.json'];
    assert.deepEqual((await readdir(whole)).sort(), names.sort());
    const scores = JSON.parse(await readFile(join(whole, 'scores.json'), 'utf8')) as {
      stage: string;
      meanIU: number;
    }[];
    assert.deepEqual(
      scores.map(({ stage }) => stage),
      STAGES,
    );
    assert.ok(scores.every(({ meanIU }) => meanIU >= 0 && meanIU <= 1));
  });

  it('starts a stage from the parameters of the stage before', async () => {
    const [first, second] = await models(whole);
    const fcn32 = readSafetensors(first, '32s').arrays;
    const fcn16 = readSafetensors(second, '16s').arrays;
    assert.ok(fcn16.has('score_pool4.weight'));
    assert.ok(!fcn32.has('score_pool4.weight'));
    // In five steps at a rate of 0.01 (0.02 for biases) parameters move by at most 5 · 0.02.
    const before = fcn32.get('conv1_1.weight');
    const after = fcn16.get('conv1_1.weight');
    assert.ok(before && after);
    assert.ok(after.data.every((value, i) => Math.abs(value - before.data[i]) < 0.1));
  });

  it('uses every photo once per epoch, also if a step adds several batches', async () => {
    const shown: number[] = [];
    const photos = PHOTOS.map(({ image, labels }, i) => ({
      labels,
      get image() {
        if (shown.at(-1) !== i) shown.push(i); // one augmentation reads its photo several times
        return image;
      },
    }));
    const stage = {
      ...tinyStage('32s', undefined, 1),
      ...{ iterations: undefined, epochs: 1, batch: 1, batchesPerStep: 3 },
    };
    const run = tinyRun(await wasmBackend(), await newFolder(), {
      recipe: tinyRecipe({ stages: [stage] }),
      trainPhotos: () => Promise.resolve(photos),
    });
    assert.equal(await runRecipe(run, { resume: false }), true);
    assert.deepEqual(shown.sort(), [0, 1, 2, 3, 4, 5]);
  });

  it('continues with the same bits after an interruption at any step', async () => {
    for (const steps of [4, 11]) {
      const out = await newFolder();
      assert.equal(await interruptedRun(out, steps), false);
      assert.equal(await runRecipe(tinyRun(await wasmBackend(), out), { resume: true }), true);
      assert.deepEqual(await models(out), await models(whole), `after ${String(steps)} lines`);
    }
  });

  it('continues with the same bits after a kill between write and rename', async () => {
    const out = await newFolder();
    await interruptedRun(out, 4);
    const [newest] = await listCheckpoints(out, '32s');
    const later = newest.replace(/\d{8}/, '00000006');
    await writeFile(
      join(out, `${later}.0b6cb9a4-3a7a-4b44-9a3e-9e58b43a7d10.tmp`),
      (await readFile(join(out, newest))).subarray(0, 1000),
    );
    assert.equal(await runRecipe(tinyRun(await wasmBackend(), out), { resume: true }), true);
    assert.deepEqual(await models(out), await models(whole));
    assert.ok((await readdir(out)).every((name) => !name.endsWith('.tmp')));
  });

  it('skips a damaged checkpoint with a message, and continues from the one before', async () => {
    const out = await newFolder();
    await interruptedRun(out, 7); // checkpoints after steps 3, 6 and 7, of which two are kept
    const [newest, older, ...others] = await listCheckpoints(out, '32s');
    assert.deepEqual(others, []);
    await truncate(join(out, newest), 2000);
    const copy = await newFolder();
    await cp(out, copy, { recursive: true });

    const run = tinyRun(await wasmBackend(), out);
    assert.equal(await runRecipe(run, { resume: true }), true);
    assert.ok(run.lines.some((line) => line.includes(newest) && line.includes('skipped')));
    assert.deepEqual(await models(out), await models(whole));

    await truncate(join(copy, older), 5);
    await assert.rejects(
      runRecipe(tinyRun(await wasmBackend(), copy), { resume: true }),
      (error) => {
        assert.ok(error instanceof CheckpointError);
        return error.message.includes(newest) && error.message.includes(older);
      },
    );
  });

  it('does nothing for a finished run, and scores again if only the scores are missing', async () => {
    const trainPhotos = () => Promise.reject(new Error('nothing is left to train'));
    const scores = await readFile(join(whole, 'scores.json'), 'utf8');
    const run = tinyRun(await wasmBackend(), whole, { trainPhotos });
    assert.equal(await runRecipe(run, { resume: true }), true);
    assert.deepEqual(run.lines, []);
    await rm(join(whole, 'scores.json'));
    assert.equal(await runRecipe(run, { resume: true }), true);
    assert.equal(await readFile(join(whole, 'scores.json'), 'utf8'), scores);
  });

  it('rejects a folder with a run unless it resumes, and a run of another recipe', async () => {
    const backend = await wasmBackend();
    await assert.rejects(runRecipe(tinyRun(backend, whole), { resume: false }), FcnError);
    const stages = [tinyStage('32s', undefined, 9)];
    const other = { recipe: tinyRecipe({ stages }) };
    await assert.rejects(runRecipe(tinyRun(backend, whole, other), { resume: true }), FcnError);
    const out = await newFolder();
    await interruptedRun(out, 1);
    await assert.rejects(runRecipe(tinyRun(backend, out), { resume: false }), FcnError);
    await assert.rejects(
      runRecipe(tinyRun(backend, out, other), { resume: true }),
      CheckpointError,
    );
  });

  it('runs a single stage from the model of the stage before', async () => {
    const out = await newFolder();
    const backend = await wasmBackend();
    await assert.rejects(runRecipe(tinyRun(backend, out), { resume: false, stage: '16s' }));
    await assert.rejects(
      runRecipe(tinyRun(backend, out), { resume: false, stage: '4s' }),
      FcnError,
    );
    await cp(join(whole, '32s.safetensors'), join(out, '32s.safetensors'));
    await runRecipe(tinyRun(backend, out), { resume: false, stage: '16s' });
    assert.deepEqual((await models(whole))[1], await readFile(join(out, '16s.safetensors')));
  });
});

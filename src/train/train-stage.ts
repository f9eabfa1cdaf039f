import { writeFileAtomic } from '../io/atomic-file.js';
import { writeSafetensors } from '../io/safetensors.js';
import type { NamedArrays } from '../core/named-arrays.js';
import { FcnError } from '../core/errors.js';
import { createNetwork } from '../models/create-network.js';
import type { FcnNetwork } from '../models/fcn.js';
import { loadParameters } from '../models/load-parameters.js';
import { describeModel } from '../models/model-file.js';
import { weightsOfSource } from '../open/weights-of-source.js';
import { createAdam } from '../optim/adam.js';
import type { Optimizer } from '../optim/optimizer.js';
import { matchesName } from '../optim/parameter-rule.js';
import { rateAt, type RatePolicy } from '../optim/rate-policy.js';
import { createSgd } from '../optim/sgd.js';
import { makeBatch } from './batches.js';
import {
  listCheckpoints,
  loadLatestCheckpoint,
  removeCheckpoints,
  removeUnfinished,
  saveCheckpoint,
} from './checkpoint-folder.js';
import { fit } from './fit.js';
import { createProgress } from './progress.js';
import { stageHash } from './recipe-hash.js';
import type { Recipe, RecipeStage } from './recipe.js';
import { RngStream } from './rng-stream.js';
import { modelPath, networkSpec, type RecipeRun } from './recipe-run.js';
import { createSampler } from './sampling.js';

/** State of a stage in training. */
interface StageState {
  readonly network: FcnNetwork;
  readonly optimizer: Optimizer;
  /** Streams of initial weights and dropout, and of augmentation; the order of photos depends on the seed alone. */
  readonly streams: { readonly network: RngStream; readonly augmentation: RngStream };
  iteration: number;
}

/**
 * Trains one stage, from its newest checkpoint if one exists, and writes its model file.
 *
 * @returns False if the run was stopped; a checkpoint is written.
 * @throws {@link FcnError} if a checkpoint exists and `resume` is not set.
 */
export async function trainStage(
  run: RecipeRun,
  stage: RecipeStage,
  { resume }: { readonly resume: boolean },
): Promise<boolean> {
  if (!resume && (await listCheckpoints(run.out, stage.name)).length > 0) {
    throw new FcnError(
      `${run.out}: contains checkpoints of ${stage.name}; resume that run or choose another folder`,
    );
  }
  const mark = run.backend.mark();
  try {
    await removeUnfinished(run.out, stage.name);
    const state = await startStage(run, stage);
    await restoreStage(run, stage, state);
    if (!(await fitStage(run, stage, state))) return false;
    await writeModel(run, stage, state);
    await removeCheckpoints(run.out, stage.name);
    return true;
  } finally {
    run.backend.release(mark);
  }
}

/** Creates the network with its initial parameters: from the stage before, or from the trunk's weights. */
async function startStage(run: RecipeRun, stage: RecipeStage): Promise<StageState> {
  const { recipe, backend } = run;
  const streams = {
    network: new RngStream(stage.seed),
    augmentation: new RngStream(stage.seed + 1),
  };
  const network = createNetwork(backend, networkSpec(recipe, stage), { rng: streams.network });
  const source = sourceOf(run, stage);
  if (source !== undefined) {
    const { arrays } = await weightsOfSource(source);
    loadParameters(network, arrays, { allowMissing: true });
  }
  const parameters = network.parameters();
  for (const [name, parameter] of parameters) {
    if (stage.frozen.some((pattern) => matchesName(pattern, name))) parameter.requiresGrad = false;
  }
  network.setTraining(true, streams.network);
  return { network, optimizer: createOptimizerOf(stage, parameters), streams, iteration: 0 };
}

function sourceOf(run: RecipeRun, stage: RecipeStage): string | undefined {
  if (stage.from === undefined) return run.weights;
  return modelPath(run.out, stage.from);
}

function createOptimizerOf(
  { optimizer: { kind, options } }: RecipeStage,
  parameters: ReturnType<FcnNetwork['parameters']>,
): Optimizer {
  return kind === 'adam' ? createAdam(parameters, options) : createSgd(parameters, options);
}

async function restoreStage(run: RecipeRun, stage: RecipeStage, state: StageState): Promise<void> {
  const hash = stageHash(run.recipe, stage.name);
  const checkpoint = await loadLatestCheckpoint(run.out, stage.name, hash, (message) => {
    run.stream.write(`${message}\n`);
  });
  if (checkpoint === null) return;
  loadParameters(state.network, checkpoint.parameters, { allowMissing: false });
  state.optimizer.restore(checkpoint.optimizer);
  state.streams.network.restore(checkpoint.streams['network']);
  state.streams.augmentation.restore(checkpoint.streams['augmentation']);
  state.iteration = checkpoint.iteration;
}

async function fitStage(run: RecipeRun, stage: RecipeStage, state: StageState): Promise<boolean> {
  const { recipe, backend, stream, now, signal } = run;
  const photos = await run.trainPhotos();
  if (signal?.aborted === true) return false;
  const end = iterationsOf(stage, photos.length);
  const policy = completePolicy(stage.policy, end);
  const sample = createSampler(photos.length, stage.batch, stage.seed);
  const progress = createProgress(stream, { label: stage.name, total: end, now });
  const rng = state.streams.augmentation;
  const finished = await fit(
    { backend, network: state.network, optimizer: state.optimizer },
    {
      start: state.iteration,
      end,
      rateAt: (iteration) => rateAt(policy, stage.optimizer.rate, iteration),
      batchesAt: (iteration) =>
        Array.from({ length: stage.batchesPerStep }, (_, i) =>
          makeBatch(
            sample(iteration * stage.batchesPerStep + i).map((at) => photos[at]),
            { input: recipe.input, augmentation: stage.augmentation, rng },
          ),
        ),
      onStep: (report) => {
        progress.step(report);
      },
      checkpointEvery: recipe.checkpointEvery,
      checkpoint: async (iteration) => {
        state.iteration = iteration;
        await saveCheckpoint(run.out, {
          stage: stage.name,
          iteration,
          recipeHash: stageHash(recipe, stage.name),
          streams: { network: state.streams.network.state(), augmentation: rng.state() },
          parameters: copyParameters(state.network),
          optimizer: state.optimizer.state(),
        });
      },
      ...(signal === undefined ? {} : { signal }),
    },
  );
  progress.end();
  return finished;
}

/** Number of steps of a stage for `photos` photos. */
function iterationsOf(stage: RecipeStage, photos: number): number {
  if (stage.iterations !== undefined) return stage.iterations;
  return Math.ceil(((stage.epochs ?? 0) * photos) / (stage.batch * stage.batchesPerStep));
}

function completePolicy(policy: RecipeStage['policy'], iterations: number): RatePolicy {
  return policy.policy === 'poly' ? { maxIterations: iterations, ...policy } : policy;
}

/** Copies a network's parameters out of its backend. */
function copyParameters(network: FcnNetwork): NamedArrays {
  const copies = [...network.parameters()].map(
    ([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }] as const,
  );
  return new Map(copies);
}

async function writeModel(run: RecipeRun, stage: RecipeStage, state: StageState): Promise<void> {
  const { recipe } = run;
  const metadata = describeModel({
    spec: networkSpec(recipe, stage),
    input: recipe.input,
    classes: recipe.data.classes,
    training: trainingNotes(recipe, stage),
  });
  const bytes = writeSafetensors(copyParameters(state.network), metadata, { dtype: 'F32' });
  await writeFileAtomic(modelPath(run.out, stage.name), bytes);
}

function trainingNotes(recipe: Recipe, stage: RecipeStage): Readonly<Record<string, unknown>> {
  return {
    recipe: recipe.name,
    stage: stage.name,
    seed: stage.seed,
    recipeHash: stageHash(recipe, stage.name),
  };
}

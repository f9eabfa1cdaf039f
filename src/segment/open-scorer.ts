/** Whatever a segmenter is told to use, opened: model files of this library and published weights. */
import { existsSync } from 'node:fs';
import type { Backend } from '../backend/backend.js';
import type { WasmBackend } from '../backend/wasm/index.js';
import { FcnError } from '../core/errors.js';
import { openFileSource } from '../io/file-source.js';
import { isSafetensors, SAFETENSORS_HEAD_BYTES } from '../io/safetensors-header.js';
import type { PlanMode } from '../plan/plan.js';
import { openModel, type ModelSource } from './open-model.js';
import { OptionError } from '../core/option-error.js';
import type { PublishedChoice, PublishedSource } from './published-model.js';
import { scoreByOps, scoreByPlans, type Scorer } from './scorer.js';
import { segmentationModel, type SegmentationModel } from './segmentation-model.js';
import { openStoredModel } from './stored-model.js';

/** What {@link openScorer} is told. */
export interface OpenScorerOptions extends PublishedChoice {
  /** The model. */
  readonly model: ModelSource | PublishedSource;
  /** How plans compute. */
  readonly mode: PlanMode;
  /** Most bytes that weights and maps may take. */
  readonly memory?: number;
}

/** A model and what scores photos by it. */
export interface OpenedScorer {
  readonly model: SegmentationModel;
  readonly scorer: Scorer;
}

/**
 * Opens a model. With kernels, weights stay in their file until plans pack them; without, they are loaded.
 *
 * @throws {@link ParseError} on a damaged file; {@link FcnError} on one that cannot be used.
 */
export async function openScorer(
  backend: Backend,
  options: OpenScorerOptions,
): Promise<OpenedScorer> {
  const { model: source, memory, sha256 } = options;
  const published = isPublished(source) ? source : await publishedAmong(source, options.network);
  if (published === null) refuseChoice(options);
  if (hasKernels(backend)) {
    if (published !== null) return await scorerOfPublished(backend, published, options);
    if (!isPublished(source)) return await scorerOfFile(backend, source, options);
  }
  if (published !== null || isPublished(source)) {
    throw new FcnError(`${backend.name}: published weights are computed by plans, on WASM`);
  }
  if (memory !== undefined || sha256 !== undefined) {
    throw new FcnError(`${backend.name}: keeps no budget of memory, and checks no SHA-256`);
  }
  const opened = await openModel(backend, source);
  const scorer = scoreByOps(backend, opened.network);
  return closing(segmentationModel(opened.model), scorer, () => {
    for (const tensor of opened.network.parameters().values()) tensor.free();
  });
}

/** What only files that do not say it themselves are told. */
function refuseChoice({ network, head, preprocessing }: PublishedChoice): void {
  if ((network ?? head ?? preprocessing) === undefined) return;
  throw new OptionError((words) => {
    const [first, second, third] = (['network', 'head', 'preprocessing'] as const).map(words);
    const refused = `${first}, ${second} and ${third}`;
    return `a model file of this library says what it is: ${refused} are for files of others`;
  });
}

async function scorerOfFile(
  backend: WasmBackend,
  source: ModelSource,
  { sha256, mode, memory }: OpenScorerOptions,
): Promise<OpenedScorer> {
  const stored = await openStoredModel(source, sha256);
  const { model, network, weights, packed } = stored;
  const scorer = scoreByPlans(backend, network, {
    ...{ mode, weights },
    ...(memory === undefined ? {} : { memory }),
    ...(packed === undefined ? {} : { packed }),
  });
  return closing(segmentationModel(model), scorer, () => stored.close());
}

async function scorerOfPublished(
  backend: WasmBackend,
  published: PublishedSource,
  options: OpenScorerOptions,
): Promise<OpenedScorer> {
  const { mode, memory } = options;
  const { openPublished } = await import('./open-published.js');
  const model = await openPublished(published, options);
  const { network, weights, channels } = model;
  const scorer = scoreByPlans(backend, network, {
    ...{ mode, weights, channels },
    ...(memory === undefined ? {} : { memory }),
  });
  return closing(model, scorer, () => model.close());
}

function closing(model: SegmentationModel, scorer: Scorer, close: () => void): OpenedScorer {
  const dispose = (): void => {
    scorer.dispose();
    close();
  };
  return { model, scorer: { ...scorer, dispose } };
}

/**
 * The published weights that are meant: a name of the zoo, or a file that is no safetensors file or whose
 * network is named. A file goes before a name.
 */
async function publishedAmong(
  model: ModelSource,
  network: string | undefined,
): Promise<PublishedSource | null> {
  if (typeof model !== 'string') return null;
  if (!existsSync(model)) {
    const { publishedSource } = await readersOfPublished();
    return await publishedSource(model, process.env);
  }
  return network !== undefined || !isModelFile(model) ? { path: model, entry: null } : null;
}

/** Loaded when they are needed: the embedded model is on its way sooner without Caffe, MATLAB and the zoo. */
async function readersOfPublished(): Promise<typeof import('./published-model.js')> {
  return await import('./published-model.js');
}

function isPublished(model: ModelSource | PublishedSource): model is PublishedSource {
  return typeof model === 'object' && 'entry' in model;
}

function isModelFile(path: string): boolean {
  const source = openFileSource(path);
  try {
    return isSafetensors(source.view(0, Math.min(SAFETENSORS_HEAD_BYTES, source.length)));
  } finally {
    source.close();
  }
}

function hasKernels(backend: Backend): backend is WasmBackend {
  return 'kernels' in backend;
}

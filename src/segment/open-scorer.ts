import type { Backend } from '../backend/backend.js';
import type { WasmBackend } from '../backend/wasm/index.js';
import { OptionError } from '../core/option-error.js';
import type { Network } from '../nn/network.js';
import { openNetwork } from '../open/open-network.js';
import type { OpenNetworkOptions } from '../open/opened-network.js';
import type { NetworkSource } from '../open/read-source.js';
import type { PlanMode } from '../plan/plan.js';
import { scoreByOps, scoreByPlans, type Scorer } from './scorer.js';
import { segmentationModel, type SegmentationModel } from './segmentation-model.js';

/** Options of {@link openScorer}. */
export interface OpenScorerOptions {
  /** The network. */
  readonly model: NetworkSource;
  /** Further options of its opening. */
  readonly opening: OpenNetworkOptions;
  /** Name of the output that is drawn. */
  readonly head: string | undefined;
  /** Mode of the plans. */
  readonly mode: PlanMode;
  /** Most bytes of weights and maps. */
  readonly memory: number | undefined;
}

/** A network that segments photos, and its scorer. */
export interface OpenedScorer {
  readonly model: SegmentationModel;
  readonly scorer: Scorer;
}

/**
 * Opens a network and makes it ready to score photos: by plans on a WASM backend, for which weights stay in their
 * file until plans pack them; op by op on any other backend.
 *
 * @throws {@link OpenError} as {@link openNetwork}, or if the network does not segment photos.
 */
export async function openScorer(
  backend: Backend,
  { model: source, opening, head, mode, memory }: OpenScorerOptions,
): Promise<OpenedScorer> {
  const opened = await openNetwork(source, opening);
  try {
    const model = segmentationModel(opened, head);
    const scorer = scorerOf(backend, model, { mode, memory });
    const dispose = (): void => {
      scorer.dispose();
      opened.close();
    };
    return { model, scorer: { ...scorer, dispose } };
  } catch (error) {
    opened.close();
    throw error;
  }
}

function scorerOf(
  backend: Backend,
  { opened, network, channels }: SegmentationModel,
  { mode, memory }: Pick<OpenScorerOptions, 'mode' | 'memory'>,
): Scorer {
  if (!hasKernels(backend)) {
    if (memory === undefined) {
      return scoreByOps(backend, withOutputsOf(opened.build(backend).network, network));
    }
    throw new OptionError((naming) => `${backend.name}: ${naming('memory')} is for WASM backends`);
  }
  const { weights, packed } = opened;
  return scoreByPlans(backend, network, {
    ...{ mode, channels },
    ...(weights === null ? {} : { weights }),
    ...(memory === undefined ? {} : { memory }),
    ...(packed === undefined ? {} : { packed }),
  });
}

/** A built network with the outputs of another one. */
function withOutputsOf(built: Network, { outputs }: Network): Network {
  return {
    ...{ inputs: built.inputs, outputs, parameters: () => built.parameters() },
    run: (inputs, observe) => {
      const results = built.run(inputs, observe);
      return new Map([...results].filter(([name]) => outputs.includes(name)));
    },
  };
}

function hasKernels(backend: Backend): backend is WasmBackend {
  return 'kernels' in backend;
}

import type { Pair } from '../../../core/shape.js';
import type { CaffeMessage } from '../../../io/caffe/message.js';
import { officialDefinition } from '../../../models/paper/official.js';
import type { Width } from '../../../models/paper/trunk.js';
import { printDefinition, type Purpose } from './print-definition.js';

/** Options of {@link defineNetwork}. */
export interface DefinitionOptions {
  /** Default `deploy`: without dropout and losses. */
  readonly purpose?: Purpose;
  /** Channels in place of the paper's; default the paper's. */
  readonly width?: Width;
  /** Height and width of the inputs; default 500 by 500. */
  readonly size?: Pair;
}

/** Extent of the inputs in the published files, whose networks accept any extent. */
const USUAL_SIZE: Pair = [500, 500];

/**
 * The description of a network of the paper, as it was published, or of our FCN-GoogLeNet.
 *
 * Data come in through Input layers. Print it with {@link printTextFormat}, or build it with
 * {@link buildCaffeNetwork}.
 *
 * @throws {@link FcnError} if `name` is not one of {@link DEFINED_NETWORKS}.
 * @see Long, Shelhamer, Darrell, CVPR 2015, §4; Shelhamer, Long, Darrell, PAMI 2017.
 */
export function defineNetwork(name: string, options: DefinitionOptions = {}): CaffeMessage {
  const { purpose = 'deploy', width, size = USUAL_SIZE } = options;
  const { definition } = officialDefinition(name, width);
  return printDefinition(name, definition, { purpose, size });
}

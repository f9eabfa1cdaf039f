import { sameShape, showShape } from '../core/shape.js';
import type { NetworkInput } from '../data/make-input.js';
import { trace } from '../graph/trace.js';
import type { Network } from '../nn/network.js';
import { OpenError, openingNow } from '../open/open-error.js';
import type { OpenedNetwork } from '../open/opened-network.js';
import type { Pictures } from './pictures.js';
import { inputsOfStreams } from './streams.js';

/** An opened network, with the output and the classes by which it segments photos. */
export interface SegmentationModel {
  /** The opened network. */
  readonly opened: OpenedNetwork;
  /** The same network with one output, which scores the classes of each pixel. */
  readonly network: Network;
  /** Names of the classes, in the order of the scores. */
  readonly classes: readonly string[];
  /** Channels of the inputs, in the network's order. */
  readonly channels: readonly number[];
  /**
   * Makes the network's inputs of pictures, in its order, all of one size.
   *
   * @throws {@link OptionError} if a picture is missing, or unexpected.
   */
  readonly prepare: (pictures: Pictures) => readonly NetworkInput[];
}

/** Most classes of a class map, which holds a byte per pixel; 255 is the ignored label. */
const MOST_CLASSES = 255;

/** Height and width for which shapes are looked at. */
const ANY_SIZE = [256, 256] as const;

/**
 * Finds out how a network segments photos.
 *
 * @param head - Name of the output, such as `score_geo`, or its last part, `geo`; default: the usual one.
 * @throws {@link OpenError} if it takes no photos, nothing tells how a photo becomes its input, or the output does not
 *   score 1 to 255 classes.
 */
export function segmentationModel(
  opened: OpenedNetwork,
  head: string | undefined,
): SegmentationModel {
  const { name, preprocessing, network } = opened;
  const output = headOf(opened, head);
  const { shapes } = opened.atSize(opened.fixedSize ?? ANY_SIZE);
  const channels = network.inputs.map((input) => shapes.get(input)?.[1] ?? 0);
  if (preprocessing === null) throw unknownPreprocessing(opened);
  if (preprocessing.length < network.inputs.length) throw severalInputs(opened);
  return {
    ...{ opened, channels, network: scoringOutput(opened, output) },
    classes: classesOf(opened, output),
    prepare: (pictures) => inputsOfStreams(pictures, preprocessing, name),
  };
}

function headOf({ name, scores }: OpenedNetwork, head: string | undefined): string {
  const outputs = [...scores.keys()];
  if (head === undefined) return outputs[0];
  const found = outputs.find((output) => output === head || output.endsWith(`_${head}`));
  if (found !== undefined) return found;
  throw new OpenError(
    'option-refused',
    (naming) =>
      `${name}: unknown output ${head} of ${naming('head')} (expected one of ${outputs.join(', ')})`,
  );
}

function unknownPreprocessing(opened: OpenedNetwork): OpenError {
  if (opened.network.inputs.length > 1) return severalInputs(opened);
  return new OpenError(
    'option-needed',
    (naming) =>
      `${opened.name}: the file does not state how a photo becomes its input; say it by ` +
      `${naming('preprocessing')}, or name a published network by ${naming('network')}`,
  );
}

function severalInputs({ name, network }: OpenedNetwork): OpenError {
  const inputs = network.inputs.join(', ');
  return new OpenError(
    'not-a-network',
    `${name}: not a network of one photo (its inputs are ${inputs})`,
  );
}

/** Names of the classes of an output: those that are known, otherwise numbers. */
function classesOf(opened: OpenedNetwork, output: string): readonly string[] {
  const { name, kind, fixedSize } = opened;
  const known = opened.scores.get(output) ?? null;
  if (known !== null && kind !== 'onnx') return known;
  const { network, shapes } = opened.atSize(fixedSize ?? ANY_SIZE);
  const { outputs } = openingNow('damaged', () => trace(network, shapes));
  const channels = outputs[network.outputs.indexOf(output)].shape[1] ?? 0;
  if (!(channels >= 1 && channels <= MOST_CLASSES)) {
    const got = `${output} has ${String(channels)} channels`;
    throw new OpenError(
      'not-a-network',
      `${name}: output does not score classes (${got}, expected 1 to 255)`,
    );
  }
  if (known === null) return Array.from({ length: channels }, (_, id) => `class ${String(id)}`);
  if (known.length === channels) return known;
  throw new OpenError(
    'weights-do-not-fit',
    `${name}: unexpected number of classes (${output} scores ${String(channels)}, expected ${String(known.length)})`,
  );
}

/** The network with one output, which must score the classes of each pixel. */
function scoringOutput({ name, network }: OpenedNetwork, output: string): Network {
  return {
    inputs: network.inputs,
    outputs: [output],
    parameters: () => network.parameters(),
    run(inputs, observe) {
      const [{ shape: input }] = inputs.values();
      const results = network.run(inputs, observe);
      const shape = results.get(output)?.shape ?? [];
      if (shape.length !== input.length || !sameShape(shape.with(1, 0), input.with(1, 0))) {
        const got = `${output} is ${showShape(shape)} for an input of ${showShape(input)}`;
        throw new OpenError('not-a-network', `${name}: output does not score each pixel (${got})`);
      }
      return results;
    },
  };
}

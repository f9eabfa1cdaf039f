/** ONNX files as models that segment photos: the network is in the file, the rest in the zoo or given. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createReferenceBackend } from '../backend/reference/index.js';
import { FcnError } from '../core/errors.js';
import { OptionError } from '../core/option-error.js';
import { sameShape, showShape } from '../core/shape.js';
import { pictureInput } from '../data/make-input.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { OnnxNetwork } from '../formats/onnx/onnx-network.js';
import { memorySource } from '../io/byte-source.js';
import { toFloat32 } from '../io/elements.js';
import { readHashed } from '../io/hashed-source.js';
import { readOnnx } from '../io/onnx/read-model.js';
import type { Network } from '../nn/network.js';
import type { ZooEntry } from '../zoo/entry.js';
import { entryOfFile, entryOfNetwork } from '../zoo/source.js';
import { refuseOthers } from './pictures.js';
import type { PublishedChoice, PublishedModel, PublishedSource } from './published-model.js';

/** Height and width for which outputs are looked at, where a file leaves them open. */
const ANY_SIZE = [256, 256] as const;

/** Red, green and blue, in whatever order. */
const PHOTO_CHANNELS = 3;

/** A class map holds a byte per pixel, of which 255 means "do not care". */
const MOST_CLASSES = 255;

/**
 * Opens an ONNX file. What comes before and after the network is that of the zoo's entry: the one that is
 * named, that of the published network that is named, or the one whose digest the file has. Of other files
 * the preprocessing has to be given; their classes are numbered. A file that takes one size only gets
 * photos stretched to it.
 *
 * @throws {@link ParseError} if the file is damaged; {@link FcnError} if it cannot be read, has another
 *   SHA-256, takes more than one input, does not score each pixel, or nothing says how a photo becomes its
 *   input.
 */
export async function openOnnxModel(
  { path, entry: given }: PublishedSource,
  { network: wanted, head, preprocessing: how, sha256 }: PublishedChoice,
): Promise<PublishedModel> {
  const file = memorySource(await readFile(path), path);
  const model = readHashed(file, sha256, (source) => readOnnx(source.view(0, source.length), path));
  const network = new OnnxNetwork(model, createReferenceBackend());
  const entry = given ?? (wanted === undefined ? await entryOfFile(path) : entryOf(path, wanted));
  const { size, preprocessing } = inputOf(path, network, how ?? entry?.preprocessing);
  const output = outputOf(path, network, entry, head);
  const scoring = scoringPixels(path, network, output);
  const classes = classesOf(path, entry, output, channelsOf(network, output, size ?? ANY_SIZE));
  const weights = new Map(
    Array.from(network.parameters(), ([name, { shape, data }]) => [
      name,
      { shape, data: toFloat32(data) },
    ]),
  );
  return {
    ...{ name: entry?.network ?? basename(path), network: scoring, weights, stored: weights },
    ...{ classes, channels: [PHOTO_CHANNELS] },
    prepare(pictures) {
      refuseOthers(pictures, [], path);
      return [pictureInput(pictures.photo, preprocessing)];
    },
    close: () => undefined,
  };
}

function entryOf(path: string, network: string): ZooEntry {
  const entry = entryOfNetwork(network);
  if (entry !== null) return entry;
  throw new FcnError(`${path}: no network ${network} was published with weights`);
}

/** How a photo becomes the only input, and the size that the file wants, if it does. */
function inputOf(
  path: string,
  { graphInputs }: OnnxNetwork,
  preprocessing: Preprocessing | undefined,
): { readonly size: Preprocessing['size']; readonly preprocessing: Preprocessing } {
  if (graphInputs.length !== 1) {
    const names = graphInputs.map(({ name }) => name).join(', ');
    throw new FcnError(`${path}: takes ${names}, and segmenting gives it one picture`);
  }
  if (preprocessing === undefined) {
    throw new OptionError(
      (words) =>
        `${path}: nothing says how a photo becomes its input; say it by ${words('preprocessing')}, ` +
        `or by ${words('network')} with the name of a published network`,
    );
  }
  const [, , height, width] = graphInputs[0].dims ?? [];
  if (typeof height !== 'number' || typeof width !== 'number') {
    return { size: preprocessing.size, preprocessing };
  }
  const size = [height, width] as const;
  return { size, preprocessing: { ...preprocessing, size } };
}

/** The output that is drawn: the one that is named, else the entry's first, else the file's. */
function outputOf(
  path: string,
  { outputs }: OnnxNetwork,
  entry: ZooEntry | null,
  head: string | undefined,
): string {
  const published = Object.keys(entry?.outputs ?? {}).find((name) => outputs.includes(name));
  const output = head ?? published ?? outputs[0];
  if (outputs.includes(output)) return output;
  throw new FcnError(`${path}: there is no output ${output}, but ${outputs.join(', ')}`);
}

function channelsOf(
  network: OnnxNetwork,
  output: string,
  [height, width]: readonly [number, number],
): number {
  const [input] = network.inputs;
  const described = network.describe(new Map([[input, [1, 3, height, width]]]));
  return described.find(({ name }) => name === output)?.shape[1] ?? 0;
}

function classesOf(
  path: string,
  entry: ZooEntry | null,
  output: string,
  channels: number,
): readonly string[] {
  if (!(channels >= 1 && channels <= MOST_CLASSES)) {
    throw new FcnError(`${path}: ${String(channels)} classes do not fit a class map`);
  }
  if (entry === null) return Array.from({ length: channels }, (_, id) => `class ${String(id)}`);
  const [first] = Object.values(entry.outputs);
  const { classes } = entry.outputs[output] ?? first;
  if (classes.length === channels) return classes;
  throw new FcnError(
    `${path}: ${output} scores ${String(channels)} classes, ${entry.network} has ${String(classes.length)}`,
  );
}

/** The network with one output, which has to hold a score of each class for each pixel. */
function scoringPixels(path: string, network: OnnxNetwork, output: string): Network {
  return {
    inputs: network.inputs,
    outputs: [output],
    run(inputs, observe) {
      const [{ shape: input }] = inputs.values();
      const results = network.run(inputs, observe);
      const shape = results.get(output)?.shape ?? [];
      if (shape.length !== input.length || !sameShape(shape.with(1, 0), input.with(1, 0))) {
        const got = `${output} is ${showShape(shape)} for ${showShape(input)}`;
        throw new FcnError(`${path}: ${got}, not scores of each pixel`);
      }
      return results;
    },
    parameters: () => network.parameters(),
  };
}

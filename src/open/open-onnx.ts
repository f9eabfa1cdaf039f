import { createReferenceBackend } from '../backend/reference/index.js';
import type { NamedArrays } from '../core/named-arrays.js';
import type { Pair, Shape } from '../core/shape.js';
import { OnnxNetwork, type OnnxGraphValue } from '../formats/onnx/onnx-network.js';
import { toFloat32 } from '../io/elements.js';
import { readHashed } from '../io/hashed-source.js';
import type { OnnxModel } from '../io/onnx/model.js';
import { readOnnx } from '../io/onnx/read-model.js';
import type { ZooEntry } from '../zoo/entry.js';
import { openingNow } from './open-error.js';
import type { OpenedNetwork } from './opened-network.js';
import { parametersOf } from './parameters-of.js';
import type { OpenedFile } from './read-source.js';

/** Shape of an image where a file leaves it open. */
const imageOf = ([height, width]: Pair): Shape => [1, 3, height, width];

/**
 * Opens an ONNX file. Preprocessing and classes are those of the zoo's entry, if the file is one.
 *
 * @throws {@link OpenError} `damaged` or `wrong-digest`.
 */
export function openOnnx(
  { name: file, bytes }: OpenedFile,
  entry: ZooEntry | null,
  {
    sha256,
    structureOnly,
  }: { readonly sha256: string | undefined; readonly structureOnly: boolean },
): OpenedNetwork {
  const model = openingNow('damaged', () =>
    readHashed(bytes, sha256, (source) => readOnnx(source.view(0, source.length), file)),
  );
  bytes.close();
  // The numbers of constants are needed wherever the network computes; for its structure, shapes are enough.
  const backend = structureOnly ? null : createReferenceBackend();
  const network = openingNow('damaged', () => new OnnxNetwork(model, backend));
  const weights = structureOnly ? initializersOf(model) : parametersOf(network);
  return {
    ...{ name: entry?.network ?? file, kind: 'onnx', network, weights, stored: weights, notes: [] },
    ...{ preprocessing: entry && [entry.preprocessing], fixedSize: fixedSizeOf(network) },
    scores: scoresOf(network, entry),
    atSize: (size) => ({
      network,
      shapes: new Map(network.graphInputs.map((input) => [input.name, shapeOf(input, size)])),
    }),
    build: (on) => ({
      network: openingNow('damaged', () => new OnnxNetwork(model, on)),
      notes: [],
    }),
    close: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}

/** Height and width of the first input, if the file states both. */
function fixedSizeOf({ graphInputs }: OnnxNetwork): Pair | null {
  const [, , height, width] = graphInputs[0]?.dims ?? [];
  return typeof height === 'number' && typeof width === 'number' ? [height, width] : null;
}

function initializersOf({ graph }: OnnxModel): NamedArrays {
  return new Map(
    Array.from(graph.initializers, ([name, { dims: shape, data }]) => [
      name,
      {
        shape,
        get data() {
          return toFloat32(data);
        },
      },
    ]),
  );
}

/** Outputs by their classes, as the zoo's entry names them: the entry's outputs come first. */
function scoresOf(
  { outputs }: OnnxNetwork,
  entry: ZooEntry | null,
): Map<string, readonly string[] | null> {
  const published = Object.entries(entry?.outputs ?? {});
  const known = published.filter(([name]) => outputs.includes(name));
  const first = published.at(0);
  const others = outputs.filter((name) => !known.some(([found]) => found === name));
  return new Map([
    ...known.map(([name, { classes }]) => [name, classes] as const),
    ...others.map((name) => [name, first?.[1].classes ?? null] as const),
  ]);
}

/** Shape of an input for one image of a size; what the file leaves open is as for a colour image. */
function shapeOf({ dims }: OnnxGraphValue, size: Pair): Shape {
  const image = imageOf(size);
  if (dims !== null && dims.length !== image.length) {
    return dims.map((dim) => (typeof dim === 'number' ? dim : 1));
  }
  const channels = dims?.[1];
  return typeof channels === 'number' ? image.with(1, channels) : image;
}

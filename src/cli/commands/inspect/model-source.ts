/** Where the network comes from that `fcn inspect` shows: its graph, and as few numbers as that takes. */
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createReferenceBackend } from '../../../backend/reference/index.js';
import { FcnError } from '../../../core/errors.js';
import type { NamedArray, NamedArrays } from '../../../core/named-arrays.js';
import { numel, type Pair, type Shape } from '../../../core/shape.js';
import { buildCaffeNetwork } from '../../../formats/caffe/build-network.js';
import { buildPublished } from '../../../formats/published/build.js';
import { OnnxNetwork, type OnnxGraphValue } from '../../../formats/onnx/onnx-network.js';
import type { InputShapes } from '../../../graph/input-shapes.js';
import { readNetText } from '../../../io/caffe/read-files.js';
import { toFloat32 } from '../../../io/elements.js';
import { readOnnx } from '../../../io/onnx/read-model.js';
import { createNetwork } from '../../../models/create-network.js';
import { bilinear } from '../../../nn/init.js';
import type { Module } from '../../../nn/module.js';
import { asNetwork, type Network } from '../../../nn/network.js';
import { telltaleParameters } from '../../../plan/inspection.js';
import { openStoredModel } from '../../../segment/stored-model.js';
import { Tensor } from '../../../tensor/tensor.js';
import { networkKind, type NetworkKind } from '../../network-kind.js';
import { usageError } from '../../shell/exit-codes.js';
import { KNOWN_NETWORKS, unknownNetwork, type KnownNetwork } from '../../known-networks.js';

/** A network, and shapes of its inputs. */
export interface NetworkToInspect {
  /** Without numbers, but for those by which layers are recognised. */
  readonly network: Module | Network;
  /** For one image. */
  readonly shapes: InputShapes;
}

/**
 * The network of a file, or of a name.
 *
 * @param size - Height and width of the image.
 * @throws {@link CommandError} if there is neither; {@link FcnError} if the file holds no network.
 */
export async function networkToInspect(source: string, size: Pair): Promise<NetworkToInspect> {
  const known = KNOWN_NETWORKS.get(source);
  if (known !== undefined) return await knownNetwork(known, size);
  const found = await stat(source).catch(() => null);
  if (found === null) throw usageError(unknownNetwork(source));
  if (!found.isFile()) throw usageError(`${source} is not a file`);
  return await OPENERS[networkKind(source)](source, size);
}

async function knownNetwork(known: KnownNetwork, size: Pair): Promise<NetworkToInspect> {
  if ('file' in known) return await openSafetensors(fileURLToPath(known.file), size);
  if ('spec' in known) {
    const shapes = [1, 3, ...size];
    return { network: withUpsampling(createNetwork(null, known.spec), shapes), shapes };
  }
  const { network, channels } = buildPublished(known.published, new Map());
  const shapes = new Map(network.inputs.map((name, i) => [name, [1, channels[i], ...size]]));
  return { network: withUpsampling(network, shapes), shapes };
}

const OPENERS: Readonly<
  Record<NetworkKind, (path: string, size: Pair) => Promise<NetworkToInspect>>
> = {
  'safetensors model': openSafetensors,
  'ONNX file': openOnnx,
  prototxt: openPrototxt,
};

async function openSafetensors(path: string, size: Pair): Promise<NetworkToInspect> {
  const shapes = [1, 3, ...size];
  const stored = await openStoredModel(path);
  const { network, weights } = stored;
  try {
    const known = new Map<string, NamedArray>();
    for (const name of telltaleParameters(network, shapes)) {
      const array = weights.get(name);
      if (array) known.set(name, { shape: array.shape, data: array.data });
    }
    return { network: withNumbers(network, known), shapes };
  } finally {
    stored.close();
  }
}

/** Losses are kept; what reads data sets stands for inputs. */
async function openPrototxt(path: string, size: Pair): Promise<NetworkToInspect> {
  const { network, inputShapes } = buildCaffeNetwork(readNetText(await readFile(path), path), {
    maker: { backend: null, rng: null },
    size,
  });
  if (network.wires.length === 0) throw new FcnError(`${path}: a network without layers`);
  const shapes = new Map([...inputShapes].map(([name, shape]) => [name, shape.with(0, 1)]));
  return { network: withUpsampling(network, shapes), shapes };
}

async function openOnnx(path: string, size: Pair): Promise<NetworkToInspect> {
  const model = readOnnx(await readFile(path), path);
  const network = new OnnxNetwork(model, null);
  const shapes = new Map(network.graphInputs.map((port) => [port.name, shapeOf(port, size)]));
  const known = new Map<string, NamedArray>();
  for (const name of telltaleParameters(network, shapes)) {
    const array = model.graph.initializers.get(name);
    if (array) known.set(name, { shape: array.dims, data: toFloat32(array.data) });
  }
  return { network: withNumbers(network, known), shapes };
}

/** One image of the size asked for; what the file leaves open besides is as of a colour image. */
function shapeOf({ dims }: OnnxGraphValue, size: Pair): Shape {
  const image = [1, 3, ...size];
  const isImage = dims === null || dims.length === image.length;
  if (isImage) {
    const channels = dims?.[1];
    return typeof channels === 'number' ? image.with(1, channels) : image;
  }
  return dims.map((dim) => (typeof dim === 'number' ? dim : 1));
}

/** A dry network whose upsampling interpolates bilinearly, each channel for itself, where it can. */
function withUpsampling(model: Module | Network, shapes: InputShapes): Network {
  const known = new Map<string, NamedArray>();
  for (const parameter of telltaleParameters(model, shapes)) {
    const shape = model.parameters().get(parameter)?.shape ?? [];
    const [channels, outputs, kH, kW] = shape;
    if (channels !== outputs || kH !== kW) continue;
    const data = new Float32Array(numel(shape));
    bilinear(data, shape, null);
    known.set(parameter, { shape, data });
  }
  return withNumbers(model, known);
}

/** A dry network of which some parameters have numbers. */
function withNumbers(model: Module | Network, known: NamedArrays): Network {
  const network = asNetwork(model);
  const backend = createReferenceBackend();
  const parameters = new Map(network.parameters());
  for (const [name, { data: numbers }] of known) {
    const tensor = parameters.get(name);
    if (tensor === undefined) continue;
    const data = backend.alloc(numbers.length);
    data.set(numbers);
    parameters.set(name, new Tensor({ backend, data, origin: tensor.origin }));
  }
  return {
    ...{ inputs: network.inputs, outputs: network.outputs },
    run: (inputs, observe) => network.run(inputs, observe),
    parameters: () => parameters,
  };
}

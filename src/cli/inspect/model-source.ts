/** Where the network comes from that `fcn inspect` shows: its graph, and as few numbers as that takes. */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { createReferenceBackend } from '../../backend/reference/index.js';
import { FcnError } from '../../core/errors.js';
import type { NamedArray, NamedArrays } from '../../core/named-arrays.js';
import { createNetwork } from '../../models/create-network.js';
import { bilinear } from '../../nn/init.js';
import type { Module } from '../../nn/module.js';
import { telltaleParameters } from '../../plan/inspection.js';
import { openStoredModel } from '../../segment/stored-model.js';
import { Tensor } from '../../tensor/tensor.js';
import { usageError } from '../exit-codes.js';
import { NAMED_NETWORKS } from './published.js';

/** Bytes by which kinds of files are told apart. */
const START_BYTES = 16;

/** Any size does, to see which weights a network has. */
const ANY_IMAGE = [1, 3, 64, 64];

/** A kind of file that holds a network. */
interface FileKind {
  readonly name: string;
  /** Says whether a file is of this kind, by its first bytes. */
  readonly matches: (start: Uint8Array) => boolean;
  /** Reads what has to be known of the network. */
  open(file: FileHandle, path: string): Promise<Module>;
}

/** The kinds of files, told apart by their content alone. */
const FILE_KINDS: readonly FileKind[] = [
  {
    name: 'safetensors model',
    // eight bytes of length, then JSON
    matches: (start) => start[8] === 0x7b,
    open: openSafetensors,
  },
];

/**
 * The network of a file, or of a name.
 *
 * @throws {@link CommandError} if there is neither; {@link FcnError} if the file holds no network.
 */
export async function networkToInspect(source: string): Promise<Module> {
  if (Object.hasOwn(NAMED_NETWORKS, source)) return namedNetwork(source);
  const found = await stat(source).catch(() => null);
  if (found === null) {
    const names = Object.keys(NAMED_NETWORKS).join(', ');
    throw usageError(`there is no file ${source}, and no network of that name; there are ${names}`);
  }
  if (!found.isFile()) throw usageError(`${source} is not a file`);
  const file = await open(source);
  try {
    const start = await bytesAt(file, 0, START_BYTES);
    const kind = FILE_KINDS.find(({ matches }) => matches(start));
    if (kind) return await kind.open(file, source);
  } finally {
    await file.close();
  }
  const kinds = FILE_KINDS.map(({ name }) => name).join(', ');
  throw new FcnError(`${source}: not a ${kinds}`);
}

function namedNetwork(name: string): Module {
  const network = createNetwork(null, NAMED_NETWORKS[name]);
  const known = new Map<string, NamedArray>();
  for (const parameter of telltaleParameters(network, ANY_IMAGE)) {
    const shape = network.parameters().get(parameter)?.shape ?? [];
    const data = new Float32Array(shape.reduce((count, extent) => count * extent, 1));
    bilinear(data, shape, null);
    known.set(parameter, { shape, data });
  }
  return withNumbers(network, known);
}

async function openSafetensors(_: FileHandle, path: string): Promise<Module> {
  const stored = await openStoredModel(path);
  const { network, weights } = stored;
  try {
    const known = new Map<string, NamedArray>();
    for (const name of telltaleParameters(network, ANY_IMAGE)) {
      const array = weights.get(name);
      if (array) known.set(name, { shape: array.shape, data: array.data });
    }
    return withNumbers(network, known);
  } finally {
    stored.close();
  }
}

/** A dry network of which some parameters have numbers. */
function withNumbers(network: Module, known: NamedArrays): Module {
  const backend = createReferenceBackend();
  const parameters = new Map(network.parameters());
  for (const [name, { data: numbers }] of known) {
    const tensor = parameters.get(name);
    if (tensor === undefined) continue;
    const data = backend.alloc(numbers.length);
    data.set(numbers);
    parameters.set(name, new Tensor({ backend, data, origin: tensor.origin }));
  }
  return { forward: (x) => network.forward(x), parameters: () => parameters };
}

/** A part of a file; less if the file ends before. */
async function bytesAt(file: FileHandle, begin: number, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  const { bytesRead } = await file.read(bytes, 0, count, begin);
  return bytes.subarray(0, bytesRead);
}

import {
  checkOptions,
  either,
  FLAG,
  OBJECT,
  TEXT,
  type OptionChecks,
} from '../core/check-options.js';
import type { Preprocessing } from '../data/preprocessing.js';
import { fileKind, isWeightsFormat, type FileKind } from '../formats/file-kinds.js';
import { openHeader } from '../io/safetensors-header.js';
import { isModel } from '../models/model-file.js';
import type { ZooEntry } from '../zoo/entry.js';
import type { NamedNetwork } from './known-names.js';
import { notANetwork } from './not-a-network.js';
import { OpenError, openingNow } from './open-error.js';
import { openModelFile } from './open-model-file.js';
import type { OpenedNetwork, OpenNetworkOptions } from './opened-network.js';
import { isName, readSource, type NetworkSource, type OpenedFile } from './read-source.js';

const thirdParty = async (): Promise<typeof import('./third-party.js')> =>
  await import('./third-party.js');

const OPTIONS: OptionChecks<OpenNetworkOptions> = {
  network: TEXT,
  weights: either(TEXT, OBJECT),
  preprocessing: either(TEXT, OBJECT),
  sha256: TEXT,
  structureOnly: FLAG,
};

/**
 * Opens a network, whatever names it: a model file of this library, an ONNX file, a prototxt with weights, weights of a
 * published network in any format, or a name: a published network, an entry of the zoo, or a network that comes with
 * this library. The content of a file decides what it is, never its name. A file goes before a name. Nothing is
 * downloaded but the address that is given.
 *
 * @param source - Path, name, address or bytes.
 * @returns The network, its weights, and what is known about its use. Close it when it is no longer needed.
 * @throws {@link OpenError}, whose `kind` tells why; {@link OptionError} for an unknown option.
 */
export async function openNetwork(
  source: NetworkSource,
  options: OpenNetworkOptions = {},
): Promise<OpenedNetwork> {
  checkOptions('openNetwork', options, OPTIONS);
  const { preprocessing: given } = options;
  const preprocessing =
    typeof given === 'string' ? (await thirdParty()).parsePreprocessing(given) : given;
  const opened = await openAny(source, options);
  const steps = preprocessing === undefined ? opened.preprocessing : [preprocessing];
  const inputs = opened.network.inputs.length;
  if (preprocessing === undefined || inputs === 1) {
    return Object.assign(opened, { preprocessing: steps?.map(sizedFor(opened)) ?? null });
  }
  opened.close();
  throw new OpenError(
    'option-refused',
    (naming) =>
      `${opened.name}: ${naming('preprocessing')} is for networks of one input (it has ${String(inputs)})`,
  );
}

/** Preprocessing for a network that may accept one size of image: pictures are stretched to it. */
function sizedFor({ fixedSize }: OpenedNetwork): (steps: Preprocessing) => Preprocessing {
  return (steps) => (fixedSize === null ? steps : { ...steps, size: fixedSize });
}

async function openAny(source: NetworkSource, options: OpenNetworkOptions): Promise<OpenedNetwork> {
  if (isName(source)) {
    const { networkOfName, unknownName } = await thirdParty();
    const named = networkOfName(source);
    if (named === null) throw unknownName(source);
    return await openNamed(source, named, options);
  }
  return await openFile(await readSource(source), options, null);
}

async function openNamed(
  name: string,
  named: NamedNetwork,
  options: OpenNetworkOptions,
): Promise<OpenedNetwork> {
  if ('file' in named) return await openFile(await readSource(named.file), options, null);
  const { cachedPath, openDefinition, openPublished, openSpec } = await thirdParty();
  if ('spec' in named) return openSpec(name, named.spec, await givenWeights(options), options);
  const { published, entry } = named;
  if (options.network !== undefined && options.network !== published) {
    throw new OpenError(
      'option-refused',
      (naming) => `${name}: its network is ${published}; leave out ${naming('network')}`,
    );
  }
  const weights = await givenWeights(options);
  if (weights !== null) {
    return closingOnError(weights, () =>
      openPublished(weights, { network: published, entry, sha256: options.sha256 }),
    );
  }
  if (options.structureOnly === true) return openDefinition(published, entry);
  const path = await cachedPath(name, entry);
  return await openFile(await readSource(path), { ...options, network: published }, entry);
}

/** Opens a file by its content. */
async function openFile(
  file: OpenedFile,
  options: OpenNetworkOptions,
  entry: ZooEntry | null,
): Promise<OpenedNetwork> {
  return await closingOnError(file, async () => {
    const kind = openingNow('damaged', () => fileKind(file.bytes));
    if (isModelFile(kind, file)) return await openModel(file, options);
    if (kind.format === 'onnx') return await openOnnxFile(file, options, entry);
    if (kind.format === 'prototxt') return await openDescription(file, options);
    if (!isWeightsFormat(kind.format)) throw notANetwork(file.name, kind);
    if (options.weights !== undefined) {
      throw new OpenError(
        'option-refused',
        (naming) =>
          `${file.name}: it holds weights itself (${kind.name}); leave out ${naming('weights')}`,
      );
    }
    const { openPublished } = await thirdParty();
    const { network, sha256 } = options;
    return openPublished(file, { network, entry, sha256 });
  });
}

async function openDescription(
  file: OpenedFile,
  options: OpenNetworkOptions,
): Promise<OpenedNetwork> {
  const { openPrototxt } = await thirdParty();
  const { sha256, structureOnly = false } = options;
  const weights = await givenWeights(options);
  const open = (): OpenedNetwork => openPrototxt(file, { file: weights, sha256, structureOnly });
  return weights === null ? open() : await closingOnError(weights, open);
}

function isModelFile({ format }: FileKind, { bytes }: OpenedFile): boolean {
  if (format !== 'safetensors') return false;
  return isModel(openingNow('damaged', () => openHeader(bytes)).metadata);
}

async function openModel(file: OpenedFile, options: OpenNetworkOptions): Promise<OpenedNetwork> {
  if (options.network !== undefined) {
    throw new OpenError(
      'option-refused',
      (naming) => `${file.name}: a model file states its network; leave out ${naming('network')}`,
    );
  }
  if (options.weights === undefined) return openModelFile(file, options.sha256);
  return await withOtherWeights(openModelFile(file, undefined), options);
}

async function openOnnxFile(
  file: OpenedFile,
  options: OpenNetworkOptions,
  given: ZooEntry | null,
): Promise<OpenedNetwork> {
  const { openOnnx } = await thirdParty();
  const { network, weights, structureOnly = false } = options;
  const entry = given ?? (await entryFor(file, network));
  const sha256 = weights === undefined ? options.sha256 : undefined;
  const opened = openOnnx(file, entry, { sha256, structureOnly });
  return weights === undefined ? opened : await withOtherWeights(opened, options);
}

/** A network with weights of its own, with those of the option in their place. */
async function withOtherWeights(
  opened: OpenedNetwork,
  options: OpenNetworkOptions,
): Promise<OpenedNetwork> {
  const { overlaid } = await thirdParty();
  const weights = await givenWeights(options);
  return weights === null ? opened : overlaid(opened, weights, options.sha256);
}

async function entryFor(
  { path }: OpenedFile,
  wanted: string | undefined,
): Promise<ZooEntry | null> {
  const { entryOfFile, entryOfNetwork, unknownName } = await thirdParty();
  if (wanted === undefined) return path === null ? null : await entryOfFile(path);
  const entry = entryOfNetwork(wanted);
  if (entry !== null) return entry;
  throw unknownName(wanted);
}

async function givenWeights({ weights }: OpenNetworkOptions): Promise<OpenedFile | null> {
  if (weights === undefined) return null;
  const { weightsFile } = await thirdParty();
  return await weightsFile(weights);
}

/** Closes a file if it cannot be opened as a network. */
async function closingOnError<T>({ bytes }: OpenedFile, open: () => T | Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    bytes.close();
    throw error;
  }
}

/** Writer of model files with packed weights, for certain image sizes and one mode. */
import {
  BYTE_LIMIT,
  checkOptions,
  listOf,
  oneOf,
  wholeNumber,
  type OptionChecks,
} from '../core/check-options.js';
import { createWasmBackend } from '../backend/wasm/index.js';
import type { NamedArray } from '../core/named-arrays.js';
import type { Pair } from '../core/shape.js';
import { digestOfArray, readPart, type StoredArray } from '../core/stored-array.js';
import { inputSize } from '../data/make-input.js';
import { writeFileAtomic } from '../io/atomic-file.js';
import { safetensorsParts } from '../io/safetensors.js';
import { describeModel } from '../models/model-file.js';
import { OpenError } from '../open/open-error.js';
import type { OpenedNetwork } from '../open/opened-network.js';
import { PACKED_KEY, PACKED_PREFIX, packedForOneUse } from '../open/packed-model.js';
import { compile } from '../plan/compile.js';
import type { PlanMode } from '../plan/plan.js';
import { packedOn } from '../plan/memory/weight-store.js';

/** Options of {@link packModel}. */
export interface PackOptions {
  /** Height and width of the photos, before the preprocessing resizes them. */
  readonly sizes: readonly Pair[];
  /** Mode of the plans. */
  readonly mode: PlanMode;
  /** Most bytes of a plan, as its later user sets it. */
  readonly memory?: number;
}

const OPTIONS: OptionChecks<PackOptions> = {
  sizes: listOf(listOf(wholeNumber(1), 2)),
  mode: oneOf('fast', 'exact'),
  memory: BYTE_LIMIT,
};

/**
 * Packs the weights of a model of this library and writes them to a file.
 *
 * @throws {@link OpenError} if the network is not a model file, or packed already; {@link FcnError} if it cannot be compiled for a size.
 */
export async function packModel(
  { name, model, network, packed: packedBefore }: OpenedNetwork,
  path: string,
  given: PackOptions,
): Promise<void> {
  checkOptions('packModel', given, OPTIONS);
  const { sizes, ...options } = given;
  if (model === undefined) {
    throw new OpenError('not-a-network', `${name}: only model files of this library can be packed`);
  }
  if (packedBefore !== undefined) throw packedForOneUse(name);
  using backend = await createWasmBackend();
  const seen = new Map<string, NamedArray>();
  const weights = new Map(
    [...model.parameters].map(([name, array]) => [
      name,
      watched(array, (data) => seen.set(name, { shape: array.shape, data })),
    ]),
  );
  const [input] = network.inputs;
  for (const size of sizes) {
    const shape = [1, 3, ...inputSize(size, model.input)];
    compile(network, new Map([[input, shape]]), { backend, weights, ...options });
  }
  const arrays = [...model.parameters].map(([name, array]) => ({
    ...{ name, shape: array.shape, digest: digestOfArray(array) },
  }));
  const packed = [...packedOn(backend)].map(([key, data]): [string, NamedArray] => [
    PACKED_PREFIX + key,
    { shape: [data.length], data },
  ]);
  const metadata = new Map([...describeModel(model), [PACKED_KEY, JSON.stringify({ arrays })]]);
  await writeFileAtomic(path, safetensorsParts(new Map([...seen, ...packed]), metadata));
}

/** The same array; `onData` receives its numbers when they are read as a whole. */
function watched(array: NamedArray, onData: (data: Float32Array) => void): StoredArray {
  const whole = (): Float32Array => {
    const { data } = array;
    onData(data);
    return data;
  };
  return {
    shape: array.shape,
    digest: digestOfArray(array),
    get data() {
      return whole();
    },
    read(begin, target) {
      readPart(array, begin, target);
    },
  };
}

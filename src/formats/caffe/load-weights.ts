import { FcnError } from '../../core/errors.js';
import { numel, sameShape, showShape, type Shape } from '../../core/shape.js';
import type { Blob, BlobsByLayer } from '../../io/caffe/blobs.js';
import type { WiredNetwork } from '../../nn/wired-network.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Extents of a shape of the old kind. */
const LEGACY_RANK = 4;

/** What became of the layers of both sides; each list by name of layer. */
export interface WeightsReport {
  /** Layers whose parameters were overwritten. */
  readonly copied: readonly string[];
  /** Layers of the file that the network has not, or has without parameters. */
  readonly ignored: readonly string[];
  /** Layers with parameters that the file has not: they keep what they have. */
  readonly missing: readonly string[];
}

/**
 * Overwrites the parameters of a network with the blobs of layers of the same names. All or nothing:
 * what does not fit is found before the first number is written.
 *
 * @throws {@link FcnError} if a layer has another number of blobs, or one of another shape; the message
 *   names the layer, what was expected and what came.
 */
export function loadCaffeWeights(network: WiredNetwork, blobs: BlobsByLayer): WeightsReport {
  const plan: (readonly [Blob, Tensor])[] = [];
  const copied: string[] = [];
  const missing: string[] = [];
  for (const { name, layer } of network.wires) {
    const parameters = [...(layer.parameters?.() ?? new Map<string, Tensor>())];
    if (parameters.length === 0) continue;
    const given = blobs.get(name);
    if (!given) {
      missing.push(name);
      continue;
    }
    if (given.length !== parameters.length) {
      throw new FcnError(
        `weights: layer ${name} has ${String(parameters.length)} parameters, the file ${String(given.length)} blobs for it`,
      );
    }
    parameters.forEach(([parameter, tensor], i) => {
      if (!fits(given[i], tensor.shape)) {
        throw new FcnError(
          `weights: layer ${name}: ${parameter} is ${showShape(tensor.shape)}, the file has ${showShape(given[i].shape)}`,
        );
      }
      plan.push([given[i], tensor]);
    });
    copied.push(name);
  }
  for (const [blob, { backend, data }] of plan) {
    backend?.prepare?.(data);
    blob.numbers.copyTo(data);
  }
  const taken = new Set(copied);
  return { copied, missing, ignored: [...blobs.keys()].filter((name) => !taken.has(name)) };
}

/** Shapes of the old kind are compared right-aligned: `[1, 1, 1, N]` is `[N]`. */
function fits({ shape, legacy, numbers }: Blob, wanted: Shape): boolean {
  if (!legacy) return sameShape(shape, wanted) && numbers.length === numel(wanted);
  if (wanted.length > LEGACY_RANK) return false;
  const ones = Array.from({ length: LEGACY_RANK - wanted.length }, () => 1);
  return sameShape(shape, [...ones, ...wanted]);
}

import { FcnError } from '../../core/errors.js';
import { numel, sameShape, showShape, type Shape } from '../../core/shape.js';
import type { Blob, BlobsByLayer } from '../../io/caffe/blobs.js';
import type { WiredNetwork } from '../../nn/wired-network.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Number of axes of every shape in an old file. */
const LEGACY_RANK = 4;

/** Layers of the network and of the file, by what happened to them. */
export interface WeightsReport {
  /** Layers whose parameters were overwritten. */
  readonly copied: readonly string[];
  /** Layers of the file that are missing in the network, or have no parameters there. */
  readonly ignored: readonly string[];
  /** Layers with parameters that are missing in the file: their parameters are unchanged. */
  readonly missing: readonly string[];
}

/**
 * Copies blobs (parameters in a Caffe file) into the parameters of the layers of the same names. All shapes are checked
 * before the first number is written.
 *
 * @throws {@link FcnError} if the number of blobs of a layer or a shape does not fit; the message names the layer.
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
        `weights: layer ${name}: wrong number of blobs in the file ` +
          `(got ${String(given.length)}, expected ${String(parameters.length)})`,
      );
    }
    parameters.forEach(([parameter, tensor], i) => {
      if (!fits(given[i], tensor.shape)) {
        throw new FcnError(
          `weights: layer ${name}: ${parameter} has another shape in the file ` +
            `(got ${showShape(given[i].shape)}, expected ${showShape(tensor.shape)})`,
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

/** True if a blob has the wanted shape. Shapes of old files are compared right-aligned: `[1, 1, 1, N]` is `[N]`. */
function fits({ shape, legacy, numbers }: Blob, wanted: Shape): boolean {
  if (!legacy) return sameShape(shape, wanted) && numbers.length === numel(wanted);
  if (wanted.length > LEGACY_RANK) return false;
  const ones = Array.from({ length: LEGACY_RANK - wanted.length }, () => 1);
  return sameShape(shape, [...ones, ...wanted]);
}

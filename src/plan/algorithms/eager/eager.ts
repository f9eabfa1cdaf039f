import { noGrad } from '../../../autograd/no-grad.js';
import { applyRule } from '../../../autograd/op.js';
import type { WasmBackend } from '../../../backend/wasm/index.js';
import type { NamedArray } from '../../../core/named-arrays.js';
import { numel, type Shape } from '../../../core/shape.js';
import { digestOfArray, lengthOf, readPart } from '../../../core/stored-array.js';
import { leafOrigin } from '../../../tensor/origin.js';
import { Tensor } from '../../../tensor/tensor.js';
import { NO_BORDER } from '../../memory/border.js';
import { roundUp } from '../../memory/alignment.js';
import { ALIGNMENT } from '../../memory/alignment.js';
import { fromPlanesJob, toPlanesJob } from '../maps/planes-job.js';
import { isMap, type OpLayer, type PlanValue } from '../../layers/layers.js';
import type { Placement, Algorithm } from '../algorithm.js';

/**
 * Returns the algorithm of a layer without kernels: the eager op on row-major copies of its inputs, in its
 * workspace. Its result is copied to the workspace too, and from there to its map.
 */
export function eagerLayer(backend: WasmBackend, layer: OpLayer): Algorithm {
  const { rule, inputs, output, parameters, attrs } = layer;
  const digests = parameters.map(digestOfArray);
  const maps = [...inputs, output].filter(isMap);
  const offsets = new Map<PlanValue, number>();
  let workspaceBytes = 0;
  for (const value of maps) {
    if (offsets.has(value)) continue;
    offsets.set(value, workspaceBytes);
    workspaceBytes += roundUp(4 * numel(value.shape), ALIGNMENT);
  }
  return {
    name: 'eager',
    reason: '',
    borders: inputs.map(() => NO_BORDER),
    workspaceBytes: () => workspaceBytes,
    steps(at) {
      const constants = parameters.map((array, i) =>
        constantTensor(backend, at, array, digests[i]),
      );
      const planesOf = (value: PlanValue): number => at.workspace + (offsets.get(value) ?? 0);
      // Addresses of a dry placement have no memory: views are made when the step runs.
      const place = (value: PlanValue): FlatPlace => {
        const address = isMap(value) ? planesOf(value) : at.flat(value);
        return { address, shape: value.shape };
      };
      const floatsAt = ({ address, shape }: FlatPlace): Float32Array =>
        new Float32Array(backend.arena.memory.buffer, address, numel(shape));
      const [result, ...sources] = [output, ...inputs].map(place);
      const run = (): void => {
        const mark = backend.mark();
        try {
          const read = sources.map((source) =>
            Tensor.from(backend, floatsAt(source), source.shape),
          );
          const operands = [...read, ...constants];
          const y = rule ? noGrad(() => applyRule(rule, operands, attrs)) : operands[0];
          floatsAt(result).set(y.data); // tensors of a WASM backend are float32
        } finally {
          backend.release(mark);
        }
      };
      return [
        ...[...new Set(inputs)]
          .filter(isMap)
          .map((value) => at.place(toPlanesJob(at.map(value), planesOf(value)))),
        { run },
        ...[output]
          .filter(isMap)
          .map((value) => at.place(fromPlanesJob(planesOf(value), at.map(value)))),
      ];
    },
  };
}

/** The place of the row-major numbers of a value. */
interface FlatPlace {
  /** Byte address. */
  readonly address: number;
  readonly shape: Shape;
}

/** Returns the bytes of the tensors that a layer allocates while it runs: operands, result and saved buffers. */
export function eagerBytes({ rule, inputs, parameters, output }: OpLayer): number {
  if (rule === null) return 0;
  const read = inputs.map(({ shape }) => shape);
  const operands = [...read, ...parameters.map(({ shape }) => shape)];
  const buffers = rule.buffers?.(operands, output.shape) ?? [];
  return [...read, output.shape, ...buffers].reduce(
    (sum, shape) => sum + roundUp(4 * numel(shape), ALIGNMENT),
    0,
  );
}

function constantTensor(
  backend: WasmBackend,
  at: Placement,
  array: NamedArray,
  digest: string,
): Tensor {
  const length = lengthOf(array);
  const floats = at.constants(`array ${String(length)} ${digest}`, length, {
    write: (target) => readPart(array, 0, target),
  });
  return new Tensor({ backend, data: floats, origin: leafOrigin('input', array.shape) });
}

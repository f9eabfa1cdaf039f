import { noGrad } from '../../autograd/no-grad.js';
import type { WasmBackend } from '../../backend/wasm/index.js';
import type { NamedArray } from '../../core/named-arrays.js';
import { numel } from '../../core/shape.js';
import { digestOfArray, lengthOf, readPart } from '../../core/stored-array.js';
import { leafOrigin } from '../../tensor/origin.js';
import { Tensor } from '../../tensor/tensor.js';
import { NO_BORDER, roundUp } from '../buffers.js';
import type { OpLayer, PlanValue } from '../layers.js';
import { eagerOp } from './eager-ops.js';
import { fromRowMajor, toRowMajor } from './row-major.js';
import { ALIGNMENT } from './placement.js';
import type { Placement, Recipe } from './step.js';

/** Axes of a map. */
const MAP_RANK = 4;

/** A layer without kernels of its own: the eager op on row-major copies of what it reads. */
export function eagerLayer(backend: WasmBackend, layer: OpLayer): Recipe {
  const { inputs, output, parameters, attrs } = layer;
  const compute = layer.op === 'constant' ? null : eagerOp(layer.op);
  const digests = parameters.map(digestOfArray);
  return {
    algorithm: 'eager',
    reason: '',
    borders: inputs.map(() => NO_BORDER),
    workspaceBytes: () => 0,
    steps(at) {
      const constants = parameters.map((array, i) =>
        constantTensor(backend, at, array, digests[i]),
      );
      const sources = inputs.map((value) => reader(backend, at, value));
      const write = writer(backend, at, output);
      const run = (): void => {
        const mark = backend.mark();
        try {
          const operands = [...sources.map((read) => read()), ...constants];
          const y = compute ? noGrad(() => compute(operands, attrs)) : operands[0];
          write(y.data as Float32Array); // a WASM backend has no other numbers
        } finally {
          backend.release(mark);
        }
      };
      return [{ run }];
    },
  };
}

/** Bytes of the tensors that a layer takes while it runs: operands, result, what is saved for backward. */
export function eagerBytes({ op, inputs, output }: OpLayer): number {
  if (op === 'constant') return 0;
  const saved = op === 'lrn' ? [output] : [];
  return [...inputs, output, ...saved].reduce(
    (sum, { shape }) => sum + roundUp(4 * numel(shape), ALIGNMENT),
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
  const floats = at.constants(`array ${String(length)} ${digest}`, length, (target) => {
    readPart(array, 0, target);
  });
  return new Tensor({ backend, data: floats, origin: leafOrigin('input', array.shape) });
}

/** Gives, at every call, a new tensor with what a value holds. */
function reader(backend: WasmBackend, at: Placement, value: PlanValue): () => Tensor {
  const { shape } = value;
  const { buffer } = backend.arena.memory;
  const origin = leafOrigin('input', shape);
  if (shape.length !== MAP_RANK) {
    const address = at.flat(value);
    return () => Tensor.from(backend, new Float32Array(buffer, address, numel(shape)), shape);
  }
  const map = at.map(value);
  return () => {
    const data = backend.arena.alloc(numel(shape));
    toRowMajor(buffer, map, data);
    return new Tensor({ backend, data, origin });
  };
}

/** Takes the row-major numbers of a value to where its readers look for them. */
function writer(
  backend: WasmBackend,
  at: Placement,
  value: PlanValue,
): (numbers: Float32Array) => void {
  const { buffer } = backend.arena.memory;
  if (value.shape.length !== MAP_RANK) {
    const address = at.flat(value);
    return (numbers) => {
      new Float32Array(buffer, address, numbers.length).set(numbers);
    };
  }
  const map = at.map(value);
  return (numbers) => {
    fromRowMajor(buffer, numbers, map);
  };
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOnnx } from '../../src/io/onnx/read-model.js';
import type { OnnxModel, OnnxTensor } from '../../src/io/onnx/model.js';
import { readTensorFile } from '../../src/io/onnx/read-tensor.js';

/** Folder of ONNX's own test vectors in Debian's package libonnx-testdata. */
const ONNX_CASES = '/usr/share/libonnx-testdata/data';

/** One case of the suite: a model, its inputs and its expected outputs. */
export interface OnnxCase {
  /** Folder of the case, such as `node/test_relu`. */
  readonly name: string;
  /** Bytes of the model file. */
  readonly bytes: Uint8Array;
  /** The parsed model. */
  readonly model: OnnxModel;
  /** Data sets: tensors in the order of the graph's inputs and outputs; null for a value that is not a tensor. */
  readonly sets: readonly {
    readonly inputs: readonly (OnnxTensor | null)[];
    readonly outputs: readonly (OnnxTensor | null)[];
  }[];
}

/** True if the suite is installed. */
export function hasOnnxCases(): boolean {
  return existsSync(ONNX_CASES);
}

/** Every case whose model can be read. */
export function* onnxCases(): Generator<OnnxCase> {
  for (const group of ['node', 'simple', 'pytorch-converted', 'pytorch-operator']) {
    for (const name of readdirSync(join(ONNX_CASES, group)).sort()) {
      const folder = join(ONNX_CASES, group, name);
      const file = join(folder, 'model.onnx');
      if (!existsSync(file)) continue;
      const bytes = readFileSync(file);
      const sets = readdirSync(folder).filter((entry) => entry.startsWith('test_data_set_'));
      yield {
        name: `${group}/${name}`,
        bytes,
        model: readOnnx(bytes, name),
        sets: sets.map((set) => ({
          inputs: tensors(join(folder, set), 'input'),
          outputs: tensors(join(folder, set), 'output'),
        })),
      };
    }
  }
}

function tensors(folder: string, kind: string): (OnnxTensor | null)[] {
  const count = readdirSync(folder).filter((file) => file.startsWith(`${kind}_`)).length;
  return Array.from({ length: count }, (_, i) => {
    try {
      return readTensorFile(readFileSync(join(folder, `${kind}_${String(i)}.pb`)));
    } catch {
      return null; // a sequence, a text or the like
    }
  });
}

import { noGrad } from '../../src/autograd/no-grad.js';
import { type NetworkInput, pictureInput } from '../../src/data/make-input.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { zooEntry } from '../../src/zoo/catalogue.js';
import { wasmBackend } from '../support/backends.js';
import { narrowNetwork } from '../support/narrow-caffemodel.js';
import { picture } from './pictures.js';

/** Scores that the eager ops give for a picture of 37×29, with a narrow network of a published name. */
export async function scoresOf(name: string, output?: string): Promise<Float32Array> {
  const made = pictureInput(picture(37, 29), zooEntry(name).preprocessing);
  return await scoresOfInputs(name, new Map([['data', made]]), output);
}

/** The same, for any inputs. */
export async function scoresOfInputs(
  name: string,
  inputs: ReadonlyMap<string, NetworkInput>,
  output = 'score',
): Promise<Float32Array> {
  const backend = await wasmBackend();
  const mark = backend.mark();
  const { network } = narrowNetwork(name, backend);
  const tensors = Array.from(inputs, ([input, { data, height, width }]) => {
    const shape = [1, data.length / (height * width), height, width];
    return [input, Tensor.from(backend, data, shape)] as const;
  });
  const scores = noGrad(() => network.run(new Map(tensors))).get(output);
  const copied = Float32Array.from(scores?.data ?? []);
  backend.release(mark);
  return copied;
}

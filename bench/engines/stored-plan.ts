/** This library, as a plan of weights that stay in their file: packed as they are read. */
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { openFileSource } from '../../src/io/file-source.js';
import { openSafetensors } from '../../src/io/stored-safetensors.js';
import { createNetwork } from '../../src/models/create-network.js';
import { compile } from '../../src/plan/compile.js';
import { FCN8S, networkInput } from '../models/fcn8s.js';
import { serve } from './engine.js';

serve(async ({ size, weights: path, memory = Infinity, mode = 'fast' }) => {
  if (path === undefined) throw new Error('no file of weights');
  const backend = await createWasmBackend();
  const { arrays: weights } = openSafetensors(openFileSource(path));
  const network = createNetwork(null, FCN8S);
  const plan = compile(network, [1, 3, size, size], { backend, mode, memory, weights });
  const input = networkInput(size);
  return { run: () => Promise.resolve(plan.run(input)) };
});

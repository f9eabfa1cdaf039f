import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ConvAttrs, FloatArray } from '../../src/backend/attributes.js';
import type { Backend } from '../../src/backend/backend.js';
import { convOutputSize, convTransposeOutputSize } from '../../src/backend/conv-size.js';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import type * as Load from '../../src/backend/wasm/load.js';
import { FcnError } from '../../src/core/errors.js';
import { createRng } from '../../src/core/rng.js';
import { numel, type Pair, type Shape } from '../../src/core/shape.js';
import { normals, SEED } from '../support/arbitraries.js';
import { reference32, wasmBackend } from '../support/backends.js';
import { assertSameBits } from '../support/close.js';

/** Runs the six methods, one after another, on small integers in the shapes of a geometry. */
function everyMethod(backend: Backend, big: Shape, kernel: Pair, attrs: ConvAttrs): number[] {
  const results: number[] = [];
  const filled = (shape: Shape): FloatArray => count(backend.alloc(numel(shape)));
  const [N, C, H, W] = big;
  const axes = [0, 1] as const;
  const small = [N, C, ...axes.map((a) => convOutputSize([H, W][a], kernel[a], attrs, a))];
  const wShape = [C, C, ...kernel];
  const [x, w, y] = [big, wShape, small].map(filled);
  backend.conv2d(x, big, w, wShape, null, attrs, y);
  results.push(...y);
  backend.conv2dBackwardInput(y, w, wShape, attrs, x, big);
  backend.conv2dBackwardWeight(x, big, y, attrs, w, wShape);
  results.push(...x, ...w);
  const stamped = [
    N,
    C,
    ...axes.map((a) => convTransposeOutputSize(big[2 + a], kernel[a], attrs, a)),
  ];
  const [u, v, z] = [big, wShape, stamped].map(filled);
  backend.convTranspose2d(u, big, v, wShape, null, attrs, z);
  results.push(...z);
  backend.convTranspose2dBackwardInput(z, v, wShape, attrs, u, big);
  backend.convTranspose2dBackwardWeight(u, big, z, attrs, v, wShape);
  return [...results, ...u, ...v];
}

/** 1, −2, 3, −4, 5, 1, … */
function count(buffer: FloatArray): FloatArray {
  for (let i = 0; i < buffer.length; i++) buffer[i] = ((i % 5) + 1) * (i % 2 === 0 ? 1 : -1);
  return buffer;
}

describe('the kernels of the convolutions', () => {
  it('give the bits of the reference on maps of one row, one column and one pixel', async () => {
    const wasm = await wasmBackend();
    const sizes = [1, 2, 3, 5];
    const pairs = (values: readonly number[]): Pair[] =>
      values.flatMap((a) => values.map((b) => [a, b] as const));
    for (const [H, W] of pairs(sizes)) {
      for (const stride of pairs([1, 2, 3])) {
        for (const kernel of pairs([1, 2])) {
          if (kernel[0] > H || kernel[1] > W) continue;
          const mark = wasm.mark();
          const attrs: ConvAttrs = { stride, padding: [0, 0], dilation: [1, 1], groups: 1 };
          const [expected, got] = [reference32, wasm].map((backend) =>
            everyMethod(backend, [2, 3, H, W], kernel, attrs),
          );
          const what = `${kernel.join('×')} on ${String(H)}×${String(W)}, stride ${stride.join(', ')}`;
          assertSameBits(what, got, expected);
          wasm.release(mark);
        }
      }
    }
  });

  it('give the bits of the reference on a padded 1×1 window whose output has the size of its input', async () => {
    const wasm = await wasmBackend();
    const mark = wasm.mark();
    const attrs: ConvAttrs = { stride: [2, 2], padding: [1, 1], dilation: [1, 1], groups: 1 };
    const [expected, got] = [reference32, wasm].map((backend) =>
      everyMethod(backend, [2, 3, 3, 3], [1, 1], attrs),
    );
    assertSameBits('padded 1×1', got, expected);
    wasm.release(mark);
  });

  it('give the bits of the reference if the weights exceed one block', async () => {
    const wasm = await wasmBackend();
    const mark = wasm.mark();
    // 2¹⁶ weights for each output: a block holds 64 of the 70.
    const [xShape, wShape] = [
      [1, 4096, 4, 4],
      [70, 4096, 4, 4],
    ];
    const attrs: ConvAttrs = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 };
    const rng = createRng(SEED);
    const [xs, biases] = [normals(rng, numel(xShape)), normals(rng, 70)];
    const few = normals(rng, 9973);
    const [expected, got] = [reference32, wasm].map((backend) => {
      const [x, w, bias, y] = [numel(xShape), numel(wShape), 70, 70].map((n) => backend.alloc(n));
      x.set(xs);
      bias.set(biases);
      for (let i = 0; i < w.length; i++) w[i] = few[i % few.length];
      backend.conv2d(x, xShape, w, wShape, bias, attrs, y);
      return [...y];
    });
    assertSameBits('y', got, expected);
    wasm.release(mark);
  });

  it('leak no memory if their workspace does not fit', async () => {
    const wasm = await createWasmBackend({ capacityBytes: 65536 });
    const attrs: ConvAttrs = { stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 };
    const [x, w, y] = [64, 64 * 64, 64].map((length) => wasm.allocZeros(length));
    for (let left = 0; left < 40; left++) {
      const live = wasm.arena.liveBytes();
      try {
        wasm.conv2d(x, [1, 64, 1, 1], w, [64, 64, 1, 1], null, attrs, y);
      } catch (error) {
        assert(error instanceof FcnError && error.message.startsWith('arena: out of memory'));
      }
      assert.equal(wasm.arena.liveBytes(), live, `with ${String(left)} KiB taken`);
      wasm.alloc(256);
    }
    assert.throws(() => {
      wasm.conv2d(x, [1, 64, 1, 1], w, [64, 64, 1, 1], null, attrs, y);
    }, FcnError);
  });
});

describe('loadKernels', () => {
  it('names the file that it cannot load, and tries again at the next call', async () => {
    const root = mkdtempSync(join(tmpdir(), 'fcn-load-'));
    try {
      for (const folder of ['src/core', 'src/backend']) {
        cpSync(folder, join(root, folder), { recursive: true });
      }
      cpSync('package.json', join(root, 'package.json'));
      const url = pathToFileURL(join(root, 'src/backend/wasm/load.ts'));
      const { loadKernels } = (await import(url.href)) as typeof Load;
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
      await assert.rejects(loadKernels(memory), {
        name: 'FcnError',
        message: /^kernels: cannot load file:.*build\/kernels\.wasm; run npm run build:kernels$/,
      });
      mkdirSync(join(root, 'build'));
      cpSync('build/kernels.wasm', join(root, 'build/kernels.wasm'));
      assert.equal(typeof (await loadKernels(memory)).relu_f32, 'function');
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

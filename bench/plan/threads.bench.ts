/**
 * Cost and gain of a team of threads: the extra time of a step with one task per thread over a single task,
 * and the time of whole networks on one thread and on several. The workers need tsx as well:
 *
 *     node --import ./test/support/tsx-in-every-thread.mjs bench/plan/threads.bench.ts [THREADS]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createWasmBackend, type WasmBackend } from '../../src/backend/wasm/index.js';
import type { TaskRow } from '../../src/backend/wasm/team/team.js';
import { createRng } from '../../src/core/rng.js';
import { numel, type Shape } from '../../src/core/shape.js';
import { createNetwork } from '../../src/models/create-network.js';
import type { Module } from '../../src/nn/module.js';
import type { Network } from '../../src/nn/network.js';
import { mapGeometry, placeMap } from '../../src/plan/memory/map-buffer.js';
import { NO_BORDER } from '../../src/plan/memory/border.js';
import { compile } from '../../src/plan/compile.js';
import { cropJob } from '../../src/plan/algorithms/maps/copy-job.js';
import type { PlanMode } from '../../src/plan/plan.js';
import { calibrate } from '../calibration.js';
import { networkNamed } from '../models/networks.js';

/** Rounds of multiplications with sums in registers: tasks of about 2 ms, and tasks per thread. */
const REGISTER_ROUNDS = 1_000_000;
const REGISTER_TASKS = 32;

const STEPS = 4000;
const WAKE_UPS = 100;
const ROUNDS = 7;

const threads = Number(process.argv[2] ?? 2);
const backend = await createWasmBackend({ threads });

const NETWORKS: Readonly<Record<string, readonly [build: () => Module | Network, shape: Shape]>> = {
  'FCN-8s of VGG16, pad 100, 256 × 256': [
    () => networkNamed('fcn8s').build(backend),
    [1, 3, 256, 256],
  ],
  'FCN-8s of SqueezeNet 1.1, 500 × 375': [squeezenet, [1, 3, 375, 500]],
};

function squeezenet(): Module {
  const spec = { trunk: 'squeezenet1_1', variant: '8s', classes: 3, geometry: 'same' } as const;
  return createNetwork(backend, { ...spec, scoreInit: 'gaussian' }, { rng: createRng(1) });
}

/** Tasks that copy some rows each, one for each thread. */
function copyRow({ arena }: WasmBackend): TaskRow {
  const shape = [1, 64, 64 * threads, 16];
  const [x, y] = [0, 1].map(() => {
    const geometry = mapGeometry(shape, NO_BORDER);
    return placeMap(geometry, arena.alloc(geometry.length).fill(1).byteOffset);
  });
  const { kernel, words, tasks } = cropJob(x, y, [0, 0]);
  const block = arena.alloc(words.length);
  new Int32Array(block.buffer, block.byteOffset, words.length).set(words);
  return { kernel, job: block.byteOffset, tasks };
}

/** Returns microseconds. */
async function measureDispatch(): Promise<void> {
  const row = copyRow(backend);
  const time = (tasks: number): number => {
    const start = performance.now();
    backend.team.run({ ...row, tasks }, threads);
    return 1000 * (performance.now() - start);
  };
  const alone: number[] = [];
  const together: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    alone.push(time(1));
    together.push(time(threads));
  }
  const asleep: number[] = [];
  for (let i = 0; i < WAKE_UPS; i++) {
    await sleep(3);
    asleep.push(time(threads));
  }
  const task = median(alone);
  const show = (times: readonly number[]): string => (median(times) - task).toFixed(1);
  console.log(
    `${String(row.tasks)} tasks on ${String(threads)} threads take ${show(together)} µs longer than one of ` +
      `${task.toFixed(1)} µs alone; ${show(asleep)} µs when the others are asleep (medians)`,
  );
}

/** Measures the speed of several threads on the machine at this moment, without memory access. */
function measureMachine(): void {
  const row: TaskRow = {
    ...{ kernel: 'multiply_add_f32', job: REGISTER_ROUNDS },
    tasks: REGISTER_TASKS * threads,
  };
  const time = (count: number): number => {
    const start = performance.now();
    backend.team.run(row, count);
    return performance.now() - start;
  };
  const times = Array.from({ length: ROUNDS }, () => [time(1), time(threads)]);
  const ratios = times.map(([one, all]) => one / all);
  console.log(
    `work in registers alone is ${median(ratios).toFixed(2)} times as fast on ${String(threads)} threads ` +
      `(best pair ${Math.max(...ratios).toFixed(2)}): no network can gain more`,
  );
}

/** Measures one thread and all threads in turn. */
function measureScaling(
  name: string,
  network: Module | Network,
  shape: Shape,
  mode: PlanMode,
): void {
  const rng = createRng(1);
  const image = Float32Array.from({ length: numel(shape) }, () => 50 * rng.normal());
  using alone = compile(network, shape, { backend, mode, threads: 1 });
  using together = compile(network, shape, { backend, mode });
  const time = (plan: typeof alone): number => {
    const start = performance.now();
    plan.runInPlace(image);
    return performance.now() - start;
  };
  const times = Array.from({ length: ROUNDS + 1 }, () => [time(alone), time(together)]).slice(1);
  const [one, all] = [0, 1].map((i) => median(times.map((pair) => pair[i])));
  const best = times.map(([a, b]) => a / b).reduce((most, ratio) => Math.max(most, ratio));
  console.log(
    `${name}, ${mode}: ${one.toFixed(0)} ms on 1 thread, ${all.toFixed(0)} ms on ${String(threads)}; ` +
      `${(one / all).toFixed(2)} times as fast (best pair ${best.toFixed(2)})`,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

console.log(`calibration ${(await calibrate()).toFixed(1)} GFLOP/s`);
await measureDispatch();
measureMachine();
for (const [name, [build, shape]] of Object.entries(NETWORKS)) {
  const mark = backend.mark();
  const network = build();
  for (const mode of ['fast', 'exact'] as const) measureScaling(name, network, shape, mode);
  backend.release(mark);
}
measureMachine();

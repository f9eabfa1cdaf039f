import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { createWasmBackend, type WasmBackend } from '../../src/backend/wasm/index.js';
import { compiledKernels } from '../../src/backend/wasm/load.js';
import { STATE, stateOf } from '../../src/backend/wasm/team/board.js';
import { nodePlatform } from '../../src/backend/wasm/team/node-thread.js';
import type { HelperSetup } from '../../src/backend/wasm/team/serve.js';
import type { TaskRow } from '../../src/backend/wasm/team/team.js';
import { ThreadTeam } from '../../src/backend/wasm/team/thread-team.js';
import type { StartThread, Thread } from '../../src/backend/wasm/team/thread.js';
import { FcnError, ThreadError } from '../../src/core/errors.js';
import { mapGeometry, placeMap } from '../../src/plan/memory/map-buffer.js';
import { NO_BORDER } from '../../src/plan/memory/border.js';
import { cropJob } from '../../src/plan/algorithms/maps/copy-job.js';
import type { Job } from '../../src/plan/algorithms/job.js';

const CAPACITY_BYTES = 16 * 2 ** 20;
const LOADER = new URL('../support/tsx-in-every-thread.mjs', import.meta.url).href;
const IDLE_TEAM = fileURLToPath(new URL('./idle-team.ts', import.meta.url));

/** A job that copies one map to another, in many tasks, and a check of what it did. */
class Copy {
  readonly row: TaskRow;
  readonly #from: Float32Array;
  readonly #to: Float32Array;

  constructor({ arena }: WasmBackend) {
    const geometry = mapGeometry([1, 64, 300, 200], NO_BORDER);
    [this.#from, this.#to] = [arena.alloc(geometry.length), arena.alloc(geometry.length)];
    this.#from.forEach((_, i, floats) => (floats[i] = i % 1009));
    const [x, y] = [this.#from, this.#to].map((floats) => placeMap(geometry, floats.byteOffset));
    this.row = placed(arena.alloc.bind(arena), cropJob(x, y, [0, 0]));
    assert(this.row.tasks > 20);
  }

  /** Runs the job and checks that every task was done. */
  check(run: (row: TaskRow) => void): void {
    this.#to.fill(-1);
    run(this.row);
    assert(this.#to.every((value, i) => value === this.#from[i]));
  }
}

function placed(alloc: (length: number) => Float32Array, { kernel, words, tasks }: Job): TaskRow {
  const block = alloc(words.length);
  new Int32Array(block.buffer, block.byteOffset, words.length).set(words);
  return { kernel, job: block.byteOffset, tasks };
}

/** Collects the workers started during `work`. */
async function workersOf<T>(work: () => Promise<T>): Promise<[T, Worker[]]> {
  const workers: Worker[] = [];
  const note = (worker: Worker): number => workers.push(worker);
  process.on('worker', note);
  try {
    return [await work(), workers];
  } finally {
    process.off('worker', note);
  }
}

describe('a team of threads', () => {
  for (const threads of [2, 3, 8]) {
    it(`runs every task of repeated rows on ${String(threads)} threads`, async () => {
      using backend = await createWasmBackend({ threads, capacityBytes: CAPACITY_BYTES * 4 });
      assert.equal(backend.name, 'wasm-simd-threads');
      assert.deepEqual(backend.threading, {
        threads,
        reason: 'as requested; memory can be shared',
      });
      const copy = new Copy(backend);
      for (let i = 0; i < 30; i++) copy.check((row) => backend.team.run(row, 1 + (i % threads)));
    });
  }

  it('is the calling thread alone by default', async () => {
    const backend = await createWasmBackend({ capacityBytes: CAPACITY_BYTES * 2 });
    assert.equal(backend.name, 'wasm-simd');
    assert.equal(backend.threading.threads, 1);
    assert(backend.arena.memory.buffer instanceof ArrayBuffer);
    for (const threads of [0, 1.5, -1, NaN, 1025]) {
      await assert.rejects(createWasmBackend({ threads }), FcnError);
    }
  });

  it('replaces a thread that ends while idle', async () => {
    const [backend, workers] = await workersOf(() =>
      createWasmBackend({ threads: 3, capacityBytes: CAPACITY_BYTES * 4 }),
    );
    assert.equal(workers.length, 2);
    const copy = new Copy(backend);
    const [, replacements] = await workersOf(async () => {
      void workers[0].terminate();
      copy.check((row) => backend.team.run(row, 3)); // before the exit event arrives
      await once(workers[0], 'exit');
      copy.check((row) => backend.team.run(row, 3));
      await completeTeam(backend);
      copy.check((row) => backend.team.run(row, 3));
    });
    assert.equal(replacements.length, 1);
    const ends = [workers[1], replacements[0]].map((worker) => once(worker, 'exit'));
    backend.dispose();
    await Promise.all(ends);
    copy.check((row) => backend.team.run(row, 3));
  });

  it('detects the end of a thread immediately, without events', async () => {
    const started: Thread[] = [];
    const [team, workers] = await workersOf(() => gatherOnly(started));
    assert.equal(started[0].isAlive(), true);
    void workers[0].terminate();
    const deadline = performance.now() + 60e3;
    while (started[0].isAlive())
      assert(performance.now() < deadline, 'the end of the thread was not detected');
    assert.equal(started[0].isAlive(), false);
    team.dispose();
  });

  it('throws if a thread ends during its work, and continues with a new one', async () => {
    let starts = 0;
    /** The first helper looks as if it had died at work; the later ones are real. */
    const start: StartThread = (setup) => {
      if (++starts > 1) return nodePlatform().start(setup);
      setup.board[stateOf(setup.thread)] = STATE.atWork;
      const forever = new Promise<void>(() => undefined);
      const up = Promise.resolve();
      return { up, gone: forever, isAlive: () => false, end: () => undefined };
    };
    using backend = await createWasmBackend({ threads: 2, capacityBytes: CAPACITY_BYTES * 4 });
    const { kernels, arena } = backend;
    const { memory } = arena;
    const module = await compiledKernels(memory);
    const parts = { kernels, module, memory, processors: 2, threads: 2, start };
    const team = await ThreadTeam.gather(parts);
    const copy = new Copy(backend);
    assert.throws(
      () => team.run(copy.row, 2),
      (error) =>
        error instanceof ThreadError && error.message.includes('thread 1 of 2 ended in nhwc'),
    );
    copy.check((row) => team.run(row, 2));
    await team.complete();
    assert.equal(starts, 2);
    copy.check((row) => team.run(row, 2));
    team.dispose();
  });

  it('stays usable after a kernel failed on any thread', async () => {
    using backend = await createWasmBackend({ threads: 2, capacityBytes: CAPACITY_BYTES * 4 });
    const copy = new Copy(backend);
    // A job outside the memory: every thread fails to read it.
    const bad = { ...copy.row, job: CAPACITY_BYTES * 4 + 65536 };
    for (let i = 0; i < 3; i++) {
      assert.throws(() => backend.team.run(bad, 2), WebAssembly.RuntimeError);
      copy.check((row) => backend.team.run(row, 2));
    }
    await completeTeam(backend);
    copy.check((row) => backend.team.run(row, 2));
  });

  it('rejects a kernel that the module does not export, on one thread and on several', async () => {
    const threaded = { threads: 2, capacityBytes: CAPACITY_BYTES * 4 };
    for (const options of [{ capacityBytes: CAPACITY_BYTES * 2 }, threaded]) {
      using backend = await createWasmBackend(options);
      // The type allows existing names only; this one simulates kernels built before a rename.
      const missing = { kernel: 'renamed_job' as TaskRow['kernel'], job: 64, tasks: 8 };
      assert.throws(
        () => backend.team.run(missing, 2),
        (error) => error instanceof FcnError && error.message.startsWith('kernel renamed_job: '),
      );
    }
  });

  it('rejects if a thread cannot be started', async () => {
    const up = Promise.reject(new Error('no room'));
    up.catch(() => undefined);
    const dead = { up, gone: Promise.resolve(), isAlive: () => false, end: () => undefined };
    await assert.rejects(
      gatherOnly([], () => dead),
      /threads: cannot start 2 threads/,
    );
  });

  it('uses no processor time while idle, and ends with the process', async () => {
    const child = spawn(process.execPath, ['--import', LOADER, IDLE_TEAM], { stdio: 'pipe' });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const [code] = (await once(child, 'close')) as [number];
    assert.equal(code, 0, said);
    // In half a second on three threads; a single spinning thread would use most of it.
    const { cpuMs } = JSON.parse(said) as { cpuMs: number };
    assert(cpuMs < 200, `${String(cpuMs)} ms`);
  });
});

async function completeTeam({ team }: WasmBackend): Promise<void> {
  assert(team instanceof ThreadTeam);
  await team.complete();
}

/** Creates a team of two with its own memory and collects its helpers. */
async function gatherOnly(started: Thread[], start?: StartThread): Promise<ThreadTeam> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const module = await compiledKernels(memory);
  const begin = start ?? nodePlatform().start;
  const note = (setup: HelperSetup): Thread => {
    const thread = begin(setup);
    started.push(thread);
    return thread;
  };
  const backend = await createWasmBackend({ threads: 1, capacityBytes: CAPACITY_BYTES });
  const { kernels } = backend;
  return ThreadTeam.gather({ kernels, module, memory, processors: 2, threads: 2, start: note });
}

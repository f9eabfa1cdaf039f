import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Arena } from '../../src/backend/wasm/arena.js';
import { createWasmBackend } from '../../src/backend/wasm/index.js';
import { FcnError } from '../../src/core/errors.js';
import { between, SEED } from '../support/arbitraries.js';

const CAPACITY = 65536;
const LINE = 64;

type Action =
  | { readonly does: 'alloc'; readonly length: number; readonly zeros: boolean }
  | { readonly does: 'free'; readonly which: number }
  | { readonly does: 'mark' }
  | { readonly does: 'release'; readonly which: number };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constant('alloc' as const),
      length: fc.oneof(between(0, 300), between(0, 9000)),
      zeros: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.nat(1000).map((which) => ({ does: 'free', which }) as const) },
  { weight: 1, arbitrary: fc.constant({ does: 'mark' } as const) },
  { weight: 1, arbitrary: fc.nat(1000).map((which) => ({ does: 'release', which }) as const) },
);

/** Model of the arena: one flag per cache line, and a list of the lines of every buffer. */
class Model {
  readonly lines: boolean[] = Array.from({ length: CAPACITY / LINE }, (_, i) => i === 0);
  readonly live: { view: Float32Array; first: number; count: number; age: number; fill: number }[] =
    [];
  readonly gone: Float32Array[] = [];
  age = 0;
  highWater = 0;

  /** First line of the lowest free range that is long enough; −1 if there is none. */
  place(count: number): number {
    for (let first = 1; first + count <= this.lines.length; first++) {
      if (!this.lines.slice(first, first + count).includes(true)) return first;
    }
    return -1;
  }

  take(view: Float32Array, first: number, count: number): void {
    const fill = ++this.age;
    view.fill(fill);
    this.lines.fill(true, first, first + count);
    this.live.push({ view, first, count, age: this.age, fill });
    this.highWater = Math.max(this.highWater, (first + count) * LINE);
  }

  giveBack(at: number): Float32Array {
    const [{ view, first, count }] = this.live.splice(at, 1);
    this.lines.fill(false, first, first + count);
    this.gone.push(view);
    return view;
  }

  release(age: number): void {
    for (let i = this.live.length - 1; i >= 0; i--) if (this.live[i].age > age) this.giveBack(i);
  }
}

function check(arena: Arena, model: Model): void {
  for (const { view, fill } of model.live) {
    assert(arena.isLive(view));
    assert(
      view.every((value) => value === fill),
      'two buffers overlap',
    );
  }
  for (const view of model.gone) assert(!arena.isLive(view));
  assert.equal(arena.highWaterBytes, model.highWater);
  assert.equal(
    arena.liveBytes(),
    model.live.reduce((sum, { count }) => sum + count * LINE, 0),
  );
}

function alloc(arena: Arena, model: Model, length: number, zeros: boolean): void {
  const count = Math.max(1, Math.ceil((length * 4) / LINE));
  const first = model.place(count);
  if (first < 0) {
    assert.throws(() => arena.alloc(length), {
      name: 'FcnError',
      message: /^arena: out of memory /,
    });
    return;
  }
  const view = zeros ? arena.allocZeros(length) : arena.alloc(length);
  if (zeros) assert(view.every((value) => value === 0));
  assert.equal(view.length, length);
  assert.equal(view.buffer, arena.memory.buffer);
  assert.equal(view.byteOffset, first * LINE, 'not the first fit');
  model.take(view, first, count);
}

describe('Arena', () => {
  it('allocates and frees like a model with one flag per cache line', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60, size: 'max' }), (actions) => {
        const [arena, model] = [new Arena(CAPACITY), new Model()];
        const marks = [{ mark: arena.mark(), age: 0 }];
        for (const step of actions) {
          if (step.does === 'alloc') alloc(arena, model, step.length, step.zeros);
          else if (step.does === 'mark') marks.push({ mark: arena.mark(), age: model.age });
          else if (step.does === 'release') {
            const { mark, age } = marks[step.which % marks.length];
            arena.release(mark);
            model.release(age);
          } else if (model.live.length > 0) {
            arena.free(model.giveBack(step.which % model.live.length));
          }
          check(arena, model);
        }
        arena.release(marks[0].mark);
        arena.alloc(CAPACITY / 4 - LINE / 4); // everything, in one piece
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  it('merges a freed buffer with the free ranges before and after it', () => {
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const arena = new Arena(CAPACITY);
      const third = (CAPACITY - LINE) / 4 / 3;
      const views = [0, 1, 2].map(() => arena.alloc(third));
      for (const i of order) arena.free(views[i]);
      arena.free(arena.alloc(3 * third));
    }
  });

  it('allocates whole cache lines, and never address 0', () => {
    const arena = new Arena(CAPACITY);
    const offsets = [0, 1, 16, 17, 0].map((length) => arena.alloc(length).byteOffset);
    assert.deepEqual(offsets, [64, 128, 192, 256, 384]);
  });

  it('keeps its high-water mark when buffers are freed', () => {
    const arena = new Arena(CAPACITY);
    const [a, b] = [arena.alloc(1000), arena.alloc(1000)];
    const most = b.byteOffset + 4032;
    arena.free(a);
    arena.free(b);
    arena.alloc(5);
    assert.equal(arena.highWaterBytes, most);
  });

  it('supports nested marks', () => {
    const arena = new Arena(CAPACITY);
    const below = arena.alloc(1);
    const outer = arena.mark();
    const between = arena.alloc(1);
    const inner = arena.mark();
    const [freed, inside] = [arena.alloc(1), arena.alloc(1)];
    arena.free(freed);
    arena.release(inner);
    assert.deepEqual(
      [below, between, inside].map((view) => arena.isLive(view)),
      [true, true, false],
    );
    arena.release(inner);
    arena.release(outer);
    assert.deepEqual(
      [below, between].map((view) => arena.isLive(view)),
      [true, false],
    );
  });

  it('keeps buffers allocated before a mark when it reuses lower addresses after the mark', () => {
    const arena = new Arena(CAPACITY);
    const [low, high] = [arena.alloc(16), arena.alloc(16)];
    arena.free(low);
    const mark = arena.mark();
    const reused = arena.alloc(16);
    assert.equal(reused.byteOffset, low.byteOffset);
    arena.release(mark);
    assert.deepEqual(
      [low, high, reused].map((view) => arena.isLive(view)),
      [false, true, false],
    );
  });

  it('is unchanged after it ran out of memory', () => {
    const arena = new Arena(CAPACITY);
    const view = arena.alloc(1024).fill(7);
    const { highWaterBytes } = arena;
    assert.throws(() => arena.alloc(CAPACITY), {
      name: 'FcnError',
      message:
        'arena: out of memory (need 262144 bytes, 4096 of 65536 in use); set a larger capacityBytes',
    });
    for (const length of [-1, 0.5, NaN, Infinity, -Infinity]) {
      assert.throws(() => arena.alloc(length), FcnError);
    }
    assert.deepEqual([arena.liveBytes(), arena.highWaterBytes], [4096, highWaterBytes]);
    assert(view.every((value) => value === 7));
    arena.alloc((CAPACITY - LINE - 4096) / 4);
  });

  it('frees only its own buffers, and only once', () => {
    const [arena, other] = [new Arena(CAPACITY), new Arena(CAPACITY)];
    const view = arena.alloc(32);
    for (const foreign of [other.alloc(32), view.subarray(0), new Float32Array(32)]) {
      assert.throws(() => {
        arena.free(foreign);
      }, FcnError);
    }
    arena.free(view);
    assert.throws(() => {
      arena.free(view);
    }, FcnError);
    assert.equal(arena.liveBytes(), 0);
  });

  it('shrinks a buffer, which keeps its address and its order among marks', () => {
    const arena = new Arena(CAPACITY);
    const view = arena.alloc(64).fill(3);
    const after = arena.alloc(16);
    const mark = arena.mark();
    const left = arena.shrink(view, 32);
    assert.deepEqual([left.byteOffset, left.length, left[31]], [view.byteOffset, 32, 3]);
    assert.deepEqual([arena.isLive(view), arena.isLive(left)], [false, true]);
    assert.equal(arena.liveBytes(), 2 * LINE + LINE);
    assert.equal(arena.alloc(32).byteOffset, view.byteOffset + 2 * LINE, 'the end is free');
    arena.release(mark);
    const same = arena.shrink(left, 32);
    assert.deepEqual([arena.isLive(same), arena.liveBytes()], [true, 2 * LINE + LINE]);
    for (const [wrong, length] of [
      [view, 8],
      [same, 33],
    ] as const) {
      // prettier-ignore
      assert.throws(() => arena.shrink(wrong, length), FcnError);
    }
    arena.free(same);
    arena.free(after);
    assert.equal(arena.liveBytes(), 0);
  });

  it('rejects a capacity of 0 or above the address space', async () => {
    for (const capacityBytes of [0, -1, NaN, Infinity, 2 ** 33]) {
      assert.throws(() => new Arena(capacityBytes), FcnError);
      await assert.rejects(createWasmBackend({ capacityBytes }), FcnError);
    }
    assert.equal(new Arena(1).memory.buffer.byteLength, CAPACITY, 'whole pages');
  });
});

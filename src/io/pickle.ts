/**
 * Reads Python pickles as data. Python names are looked up in the caller's table; other names, and opcodes that
 * create objects in other ways, are rejected. Nothing is imported or evaluated; only functions of the table are
 * called.
 *
 * @see Python's pickletools.py for the opcodes of protocols 2 to 5.
 */
import type { ByteReader } from '../core/byte-reader.js';
import { PickleMachine, type PickleHost } from './pickle-machine.js';
import type { PickleValue } from './pickle-values.js';

const HIGHEST_PROTOCOL = 5;

/**
 * Reads one pickle, up to its STOP opcode.
 *
 * @param reader - At the first byte; afterwards, after the last byte.
 * @throws {@link ParseError} on damage, on unknown names and on opcodes that are not data.
 */
export function readPickle(reader: ByteReader, host: PickleHost): PickleValue {
  const machine = new PickleMachine(reader, host);
  for (;;) {
    const code = reader.u8();
    if (code === STOP) return machine.result();
    const run = OPCODES.get(code);
    if (run === undefined) reader.fail(`unsupported opcode ${describe(code)}`, reader.offset - 1);
    run(machine);
  }
}

const STOP = '.'.charCodeAt(0);

function describe(code: number): string {
  const hex = `0x${code.toString(16).padStart(2, '0')}`;
  return code > 0x20 && code < 0x7f ? `"${String.fromCharCode(code)}" (${hex})` : hex;
}

const dictOf = (m: PickleMachine): void => {
  const pairs = m.popToMark();
  m.push(new Map());
  m.set(pairs);
};

const protocol = (m: PickleMachine): void => {
  const version = m.reader.u8();
  if (version > HIGHEST_PROTOCOL)
    m.fail(
      `unsupported protocol (got ${String(version)}, expected at most ${String(HIGHEST_PROTOCOL)})`,
    );
};

const stackGlobal = (m: PickleMachine): void => {
  const [module, name] = m.popCount(2);
  if (typeof module !== 'string' || typeof name !== 'string')
    return m.fail('missing name of a global');
  m.find(module, name);
};

/** Action of each opcode, by its byte. */
const OPCODES: ReadonlyMap<number, (m: PickleMachine) => void> = new Map([
  [0x80, protocol],
  [0x95, (m) => m.reader.bytes(8)], // FRAME: length of the next frame, for readers that buffer
  ...named({
    '(': (m) => m.mark(),
    '0': (m) => m.pop(),
    '1': (m) => m.popToMark(),
    '2': (m) => m.push(m.top()),
    N: (m) => m.push(null),
    J: (m) => m.push(m.reader.i32le()),
    K: (m) => m.push(m.reader.u8()),
    M: (m) => m.push(m.reader.u16le()),
    G: (m) => m.push(m.reader.f64be()),
    T: (m) => m.text(m.reader.u32le(), 'latin1'),
    U: (m) => m.text(m.reader.u8(), 'latin1'),
    X: (m) => m.text(m.reader.u32le(), 'utf8'),
    B: (m) => m.push(m.reader.bytes(m.reader.u32le()).slice()),
    C: (m) => m.push(m.reader.bytes(m.reader.u8()).slice()),
    ')': (m) => m.push([]),
    t: (m) => m.push(m.popToMark()),
    ']': (m) => m.push({ kind: 'list', items: [] }),
    l: (m) => m.push({ kind: 'list', items: m.popToMark() }),
    a: (m) => m.append([m.pop()]),
    e: (m) => m.append(m.popToMark()),
    '}': (m) => m.push(new Map()),
    d: dictOf,
    s: (m) => m.set(m.popCount(2)),
    u: (m) => m.set(m.popToMark()),
    q: (m) => m.memoize(m.reader.u8()),
    r: (m) => m.memoize(m.reader.u32le()),
    h: (m) => m.recall(m.reader.u8()),
    j: (m) => m.recall(m.reader.u32le()),
    c: (m) => m.find(m.line(), m.line()),
    R: (m) => m.call(),
    Q: (m) => m.persistent(),
    b: (m) => m.build(),
  }),
  [0x81, (m) => m.call()],
  [0x85, (m) => m.push(m.popCount(1))],
  [0x86, (m) => m.push(m.popCount(2))],
  [0x87, (m) => m.push(m.popCount(3))],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [0x8a, (m) => m.integer(m.reader.u8())],
  [0x8b, (m) => m.integer(m.reader.u32le())],
  [0x8c, (m) => m.text(m.reader.u8(), 'utf8')],
  [0x8d, (m) => m.text(m.reader.u64le(), 'utf8')],
  [0x8e, (m) => m.push(m.reader.bytes(m.reader.u64le()).slice())],
  [0x93, stackGlobal],
  [0x94, (m) => m.memoize()],
]);

function named(
  table: Readonly<Record<string, (m: PickleMachine) => unknown>>,
): [number, (m: PickleMachine) => void][] {
  return Object.entries(table).map(([letter, run]) => [letter.charCodeAt(0), (m) => void run(m)]);
}

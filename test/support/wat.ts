/** A function of a WebAssembly text file, in the flat, indented form that asc writes. */
export interface WatFunction {
  /** `kernels/relu/relu_f32`. */
  readonly name: string;
  /** Targets of the calls in a loop whose own body contains vector instructions. */
  readonly callsAmongVectors: readonly string[];
}

/** A loop that is being read: its own instructions, without nested loops. */
interface Loop {
  readonly indent: number;
  readonly calls: string[];
  hasVectors: boolean;
}

const VECTOR = /^(v128|[if]\d+x\d+)\./;

/** Reads the functions of a text file, and the loops in them. */
export function readFunctions(wat: string): WatFunction[] {
  return wat
    .split(/^ \(func \$/m)
    .slice(1)
    .map((text) => ({
      name: /^[^\s)]+/.exec(text)?.[0] ?? '',
      callsAmongVectors: callsAmongVectors(text.split('\n').slice(1)),
    }));
}

function callsAmongVectors(lines: readonly string[]): string[] {
  const open: Loop[] = [];
  const found: string[] = [];
  for (const line of lines) {
    const code = line.trimStart();
    const indent = line.length - code.length;
    const loop = open.at(-1);
    if (code.startsWith('loop')) open.push({ indent, calls: [], hasVectors: false });
    else if (loop && code === 'end' && indent === loop.indent) {
      open.pop();
      if (loop.hasVectors) found.push(...loop.calls);
    } else if (loop && VECTOR.test(code)) loop.hasVectors = true;
    else if (loop && code.startsWith('call $')) loop.calls.push(code.slice('call $'.length));
  }
  return found;
}

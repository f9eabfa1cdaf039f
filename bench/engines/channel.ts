import { fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Answer, Request } from './engine.js';

/** Loader that lets an engine's process and its threads run TypeScript. */
const TYPESCRIPT = new URL('../../test/support/tsx-in-every-thread.mjs', import.meta.url).href;

/** Connection to a process that answers requests, one after another. */
export interface Channel {
  /** Sends a request. @throws Error if the process ends instead of answering. */
  ask(request: Request): Promise<Answer>;
  /** Kills the process. */
  stop(): void;
}

/** Python interpreter of Debian's packages. */
export const PYTHON = '/usr/bin/python3';

/** Environment variables with the number of threads, for native libraries that read nothing else. */
const THREAD_VARIABLES = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'];

/** Starts a module that calls `serve`, or a Python program that calls its counterpart. */
export function openChannel(file: URL, threads: number): Channel {
  return file.pathname.endsWith('.py') ? pythonChannel(file, threads) : nodeChannel(file);
}

function nodeChannel(file: URL): Channel {
  const child = fork(fileURLToPath(file), {
    serialization: 'advanced',
    execArgv: ['--import', TYPESCRIPT],
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        const onExit = (code: number | null): void => reject(ended(code));
        child.once('exit', onExit);
        child.once('message', (answer) => {
          child.off('exit', onExit);
          resolve(answer as Answer); // sent by `serve`
        });
        child.send(request);
      }),
    stop: () => child.kill(),
  };
}

/** Answer of a Python engine: a result is stored in a file. */
type PythonAnswer = Answer | { readonly rssMb: number; readonly resultFile: string };

function pythonChannel(file: URL, threads: number): Channel {
  const limits = THREAD_VARIABLES.map((name) => [name, String(threads)] as const);
  const child = spawn(PYTHON, [fileURLToPath(file)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...Object.fromEntries(limits) },
  });
  const lines = createInterface({ input: child.stdout });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        const onExit = (code: number | null): void => reject(ended(code));
        child.once('exit', onExit);
        lines.once('line', (line) => {
          child.off('exit', onExit);
          resolve(withResult(JSON.parse(line) as PythonAnswer)); // written by engine.py
        });
        child.stdin.write(`${JSON.stringify(request)}\n`);
      }),
    stop: () => child.kill(),
  };
}

function withResult(answer: PythonAnswer): Answer {
  if (!('resultFile' in answer)) return answer;
  const { buffer, byteOffset, byteLength } = readFileSync(answer.resultFile);
  const result = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  return { rssMb: answer.rssMb, result };
}

function ended(code: number | null): Error {
  return new Error(`process ended with code ${String(code)}`);
}

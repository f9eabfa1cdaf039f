import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Job, Request, Times } from './engine.js';

/** One engine's figures. */
export interface EngineFigures {
  /** Time until it was ready. */
  readonly loadMs: number;
  /** Of that, on a processor. */
  readonly loadCpuMs: number;
  /** Median of the timed runs. */
  readonly medianMs: number;
  /** Fastest and slowest of them. */
  readonly rangeMs: readonly [number, number];
  /** Median of their time on a processor, which says more than the clock on a busy machine. */
  readonly medianCpuMs: number;
  /** Peak of the process's resident memory, in 10⁶ bytes. */
  readonly rssMb: number;
}

/** What an engine did, and what came out of its last run. */
export interface EngineReport extends EngineFigures {
  readonly result: Float32Array;
}

/** An engine in a process of its own. */
export class EngineProcess {
  readonly #child: ChildProcess;
  readonly #times: Times[] = [];
  #loaded: Times = { ms: 0, cpuMs: 0 };

  /** @param file - A module that calls `serve`. */
  constructor(file: URL) {
    this.#child = fork(fileURLToPath(file), {
      serialization: 'advanced',
      execArgv: ['--import', 'tsx'],
    });
  }

  /** Loads the network, and runs it once to warm up. */
  async load(job: Job): Promise<void> {
    this.#loaded = await this.#timed({ load: job });
    await this.#timed('run');
  }

  /** One timed run. */
  async run(): Promise<void> {
    this.#times.push(await this.#timed('run'));
  }

  /** The figures, and the end of the process. */
  async finish(): Promise<EngineReport> {
    const answer = await this.#ask('finish');
    if (!('result' in answer))
      throw new Error('an engine answered with a time instead of a result');
    this.stop();
    const times = sorted(this.#times.map(({ ms }) => ms));
    return {
      ...answer,
      loadMs: this.#loaded.ms,
      loadCpuMs: this.#loaded.cpuMs,
      medianMs: middle(times),
      rangeMs: [times[0], times[times.length - 1]],
      medianCpuMs: middle(sorted(this.#times.map(({ cpuMs }) => cpuMs))),
    };
  }

  /** Ends the process, whatever it does. */
  stop(): void {
    this.#child.kill();
  }

  async #timed(request: Request): Promise<Times> {
    const answer = await this.#ask(request);
    if (!('ms' in answer)) throw new Error('an engine answered with a result instead of a time');
    return answer;
  }

  #ask(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null): void => {
        reject(new Error(`an engine ended with code ${String(code)}`));
      };
      this.#child.once('exit', onExit);
      this.#child.once('message', (answer) => {
        this.#child.off('exit', onExit);
        resolve(answer as Answer); // sent by `serve`
      });
      this.#child.send(request);
    });
  }
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

function middle(ascending: readonly number[]): number {
  return ascending[Math.floor(ascending.length / 2)];
}

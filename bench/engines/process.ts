import { openChannel, type Channel } from './channel.js';
import type { Answer, Job, Outcome, Request, Times } from './engine.js';

/** One engine's figures. */
export interface EngineFigures {
  /** Loading time. */
  readonly loadMs: number;
  /** Median of the timed runs. */
  readonly medianMs: number;
  /** Fastest and slowest of the timed runs. */
  readonly rangeMs: readonly [number, number];
  /** Median of the processor time, which is more reliable than elapsed time on a busy machine. */
  readonly medianCpuMs: number;
  /** Peak of the process's resident memory after loading and the first pass, in 10⁶ bytes. */
  readonly rssMb: number;
}

/** An engine in its own process. */
export class EngineProcess {
  /** Name, for messages and tables. */
  readonly name: string;
  readonly #channel: Channel;
  readonly #times: Times[] = [];
  #loadMs = 0;
  #rssMb = 0;

  /**
   * @param file - A module that calls `serve`, or a Python program that calls its counterpart.
   * @param threads - Maximum number of threads.
   */
  constructor(name: string, file: URL, threads: number) {
    this.name = name;
    this.#channel = openChannel(file, threads);
  }

  /** Loads the network and returns the result of a first, untimed pass. */
  async load(job: Job): Promise<Float32Array> {
    this.#loadMs = (await this.#timed({ load: job })).ms;
    await this.#timed('run');
    const { rssMb, result } = await this.#outcome();
    this.#rssMb = rssMb;
    return result;
  }

  /** Runs one timed pass. */
  async run(): Promise<void> {
    this.#times.push(await this.#timed('run'));
  }

  /** The result of the last pass. */
  async result(): Promise<Float32Array> {
    return (await this.#outcome()).result;
  }

  /** The figures of all timed passes. */
  figures(): EngineFigures {
    const times = sorted(this.#times.map(({ ms }) => ms));
    return {
      loadMs: this.#loadMs,
      medianMs: middle(times),
      rangeMs: [times[0], times[times.length - 1]],
      medianCpuMs: middle(sorted(this.#times.map(({ cpuMs }) => cpuMs))),
      rssMb: this.#rssMb,
    };
  }

  /** Kills the process. */
  stop(): void {
    this.#channel.stop();
  }

  async #outcome(): Promise<Outcome> {
    const answer = await this.#ask('outcome');
    if ('result' in answer) return answer;
    throw new Error(`${this.name}: unexpected answer (got a time, expected a result)`);
  }

  async #timed(request: Request): Promise<Times> {
    const answer = await this.#ask(request);
    if ('ms' in answer) return answer;
    throw new Error(`${this.name}: unexpected answer (got a result, expected a time)`);
  }

  async #ask(request: Request): Promise<Answer> {
    try {
      return await this.#channel.ask(request);
    } catch (cause) {
      throw new Error(`${this.name}: ${(cause as Error).message}`, { cause });
    }
  }
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

function middle(ascending: readonly number[]): number {
  return ascending[Math.floor(ascending.length / 2)];
}

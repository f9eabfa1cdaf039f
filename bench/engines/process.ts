import { openChannel, type Channel } from './channel.js';
import type { Answer, Job, Outcome, Request, Times } from './engine.js';

/** One engine's figures. */
export interface EngineFigures {
  /** Time until it was ready. */
  readonly loadMs: number;
  /** Median of the timed runs. */
  readonly medianMs: number;
  /** Fastest and slowest of them. */
  readonly rangeMs: readonly [number, number];
  /** Median of their time on processors, which says more than the clock on a busy machine. */
  readonly medianCpuMs: number;
  /** Peak of the process's resident memory after loading and the first pass, in 10⁶ bytes. */
  readonly rssMb: number;
}

/** An engine in a process of its own. */
export class EngineProcess {
  /** Name, for messages and tables. */
  readonly name: string;
  readonly #channel: Channel;
  readonly #times: Times[] = [];
  #loadMs = 0;
  #rssMb = 0;

  /**
   * @param file - A module that calls `serve`, or a Python program that calls its counterpart.
   * @param threads - That it may use.
   */
  constructor(name: string, file: URL, threads: number) {
    this.name = name;
    this.#channel = openChannel(file, threads);
  }

  /** Loads the network, and gives the result of a first pass, which is not timed. */
  async load(job: Job): Promise<Float32Array> {
    this.#loadMs = (await this.#timed({ load: job })).ms;
    await this.#timed('run');
    const { rssMb, result } = await this.#outcome();
    this.#rssMb = rssMb;
    return result;
  }

  /** One timed pass. */
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

  /** Ends the process, whatever it does. */
  stop(): void {
    this.#channel.stop();
  }

  async #outcome(): Promise<Outcome> {
    const answer = await this.#ask('outcome');
    if ('result' in answer) return answer;
    throw new Error(`${this.name} answered with a time instead of a result`);
  }

  async #timed(request: Request): Promise<Times> {
    const answer = await this.#ask(request);
    if ('ms' in answer) return answer;
    throw new Error(`${this.name} answered with a result instead of a time`);
  }

  async #ask(request: Request): Promise<Answer> {
    try {
      return await this.#channel.ask(request);
    } catch (cause) {
      throw new Error(`${this.name} ${(cause as Error).message}`, { cause });
    }
  }
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

function middle(ascending: readonly number[]): number {
  return ascending[Math.floor(ascending.length / 2)];
}

/** Command line options of the benches, checked before the measurements. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseBytes } from '../src/cli/options/parse-bytes.js';
import type { PlanMode } from '../src/plan/plan.js';
import { OURS, PEERS, VARIANTS, type EngineChoice, type Peer } from './engines/engines.js';
import type { NetworkBench } from './models/bench-network.js';
import { installPeers } from './peers/install.js';

/** Options of a bench that compares engines. */
export interface CompareOptions {
  readonly threads: number;
  readonly runs: number;
  readonly mode: PlanMode;
  /** Memory limit of this library's plans in bytes; default: none. */
  readonly memory?: number;
  /** Names of third-party engines; false for none. */
  readonly peers: readonly Peer[] | false;
  /** Other ways of this library to compute the network. */
  readonly with: readonly EngineChoice[];
  /** True to store the result in bench/results. */
  readonly save?: true;
}

/** Adds the options of {@link CompareOptions} to a command. */
export function addCompareOptions(command: Command, runs: number): Command {
  return command
    .option('--threads <n>', 'threads of each engine', countParser(64), 1)
    .addOption(
      new Option('--mode <mode>', 'how plans compute').choices(['fast', 'exact']).default('fast'),
    )
    .option('--memory <size>', 'most that a plan of this library may take, as 700MB', parseBytes)
    .option('--runs <n>', 'timed passes of each engine', countParser(1000), runs)
    .addOption(
      new Option('--peers <names>', `some of ${namesOf(PEERS)}`)
        .argParser(choiceParser(PEERS))
        .default(PEERS, 'all'),
    )
    .option('--no-peers', 'this library alone')
    .addOption(
      new Option('--with <names>', `also ${namesOf(VARIANTS)}`)
        .argParser(choiceParser(VARIANTS))
        .default([], 'none'),
    )
    .option('--save', 'keep the figures in bench/results');
}

/** Parses a positive integer. */
export function countParser(most: number): (text: string) => number {
  return (text) => {
    const count = /^\d+$/.test(text) ? Number(text) : 0;
    if (count >= 1 && count <= most) return count;
    throw new InvalidArgumentError(`expected an integer from 1 to ${String(most)}.`);
  };
}

function choiceParser<T extends EngineChoice>(all: readonly T[]): (text: string) => readonly T[] {
  return (text) =>
    text.split(',').map((name) => {
      const found = all.find((engine) => engine.name === name);
      if (found) return found;
      throw new InvalidArgumentError(`expected some of ${namesOf(all)}.`);
    });
}

function namesOf(engines: readonly EngineChoice[]): string {
  return engines.map(({ name }) => name).join(', ');
}

/** Options of the bench of a network, from the command line and the engines installed here. */
export async function networkBench(
  net: string,
  size: number,
  options: CompareOptions,
): Promise<NetworkBench> {
  const { threads, runs, mode, memory, peers } = options;
  const wanted = peers === false ? [] : peers;
  await installPeers(wanted.flatMap(({ npm }) => npm ?? []));
  const there = wanted.filter((peer) => peer.isThere());
  const engines = [OURS, ...options.with, ...there];
  return {
    ...{
      net,
      size,
      threads,
      runs,
      settings: { mode, ...(memory === undefined ? {} : { memory }) },
    },
    engines: engines.filter(({ mostThreads }) => mostThreads >= threads),
  };
}

/** Stored figures, for the tables and plots of docs/performance.md. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { environment, type Environment } from './report.js';

const FOLDER = new URL('results/', import.meta.url);

/** Figures with the day and the machine of the measurement. */
export interface Saved<T> {
  /** Day of the run, as in 2026-11-25. */
  readonly date: string;
  readonly environment: Environment;
  readonly figures: T;
}

/** Stores figures in bench/results/NAME.json. */
export function saveResult(name: string, figures: unknown): void {
  mkdirSync(FOLDER, { recursive: true });
  const date = new Date().toISOString().slice(0, 10);
  const saved: Saved<unknown> = { date, environment: environment(), figures };
  writeFileSync(new URL(`${name}.json`, FOLDER), `${JSON.stringify(saved, brief, 2)}\n`);
}

/** Loads the figures of a name, written by {@link saveResult} with figures of the type T; null if missing. */
export function readResult<T>(name: string): Saved<T> | null {
  const file = new URL(`${name}.json`, FOLDER);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Saved<T>) : null;
}

/** Rounds to five digits, more than any measurement has. */
function brief(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(5))
    : value;
}

/** Figures that were kept, for the tables and plots of docs/performance.md. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { environment, type Environment } from './report.js';

const FOLDER = new URL('results/', import.meta.url);

/** Figures, when and where they were measured. */
export interface Saved<T> {
  /** Day of the run, as in 2026-11-25. */
  readonly date: string;
  readonly environment: Environment;
  readonly figures: T;
}

/** Keeps figures in bench/results/NAME.json. */
export function saveResult(name: string, figures: unknown): void {
  mkdirSync(FOLDER, { recursive: true });
  const date = new Date().toISOString().slice(0, 10);
  const saved: Saved<unknown> = { date, environment: environment(), figures };
  writeFileSync(new URL(`${name}.json`, FOLDER), `${JSON.stringify(saved, brief, 2)}\n`);
}

/** What was kept under a name, written by {@link saveResult} with figures of the type T; or null. */
export function readResult<T>(name: string): Saved<T> | null {
  const file = new URL(`${name}.json`, FOLDER);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Saved<T>) : null;
}

/** Five digits are more than any measurement has. */
function brief(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(5))
    : value;
}

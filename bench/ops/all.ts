import { readdirSync } from 'node:fs';
import { Runner, type Case, type Row } from './runner.js';

const SUFFIX = '.bench.ts';

/**
 * Measures the kernels of ops, prints a line for each, and returns the figures.
 *
 * @param names - Files in this folder, without `.bench.ts`; all of them if empty.
 * @throws Error if an op is unknown, or a kernel's result is wrong.
 */
export async function benchOps(names: readonly string[]): Promise<Row[]> {
  const all = readdirSync(new URL('.', import.meta.url))
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length));
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    throw new Error(
      `bench: unknown op (got ${unknown.join(', ')}, expected some of ${all.join(', ')})`,
    );
  }
  const runner = await Runner.create();
  const rows: Row[] = [];
  for (const op of names.length > 0 ? names : all) {
    const { cases } = (await import(`./${op}${SUFFIX}`)) as { cases: readonly Case[] };
    console.log(`\n${op}`);
    for (const each of cases) {
      const row = await runner.measure(op, each);
      console.log(line(row));
      rows.push(row);
    }
  }
  return rows;
}

function line({ name, unit, wasm, reference, ratio, margin, calibrationGflops }: Row): string {
  const rates = `${digits(wasm)} ${unit}`.padStart(14) + `, reference ${digits(reference)}`;
  const ratios = `${digits(ratio)}× ± ${(100 * margin).toFixed(0)} %`;
  return `  ${name.padEnd(44)}${rates.padEnd(34)}${ratios.padEnd(18)}calibration ${digits(calibrationGflops)}`;
}

/** Formats a number with about three digits. */
function digits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toPrecision(2);
}

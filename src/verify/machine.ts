import { readFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';

/** Versions of this library, Node and V8, and the machine, by their names in a report. */
export function describeMachine(threads: number): Record<string, string> {
  const manifest = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const { node, v8 } = process.versions;
  return {
    'fcn-wasm': version,
    Node: node,
    V8: v8,
    platform: `${platform()} ${arch()}`,
    processor: cpus().at(0)?.model ?? 'unknown',
    threads: String(threads),
  };
}

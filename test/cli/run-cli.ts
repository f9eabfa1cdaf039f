import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const LOADER = new URL('../support/tsx-in-every-thread.mjs', import.meta.url).href;

/** How a run of `fcn` ended. */
export interface CliRun {
  /** What it told the shell. */
  readonly code: number | null;
  /** Everything on stdout. */
  readonly stdout: string;
  /** Everything on stderr. */
  readonly stderr: string;
}

/** Starts `fcn` in a folder. */
export function startCli(cwd: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--import', LOADER, MAIN, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits for the end of a run. */
export async function endOfCli(child: ChildProcess): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** Runs `fcn` in a folder. */
export async function runCli(cwd: string, ...args: readonly string[]): Promise<CliRun> {
  return await endOfCli(startCli(cwd, args));
}

/** Gives every test of the suite an empty folder, which is removed afterwards. */
export function scratchFolder(): { path: string } {
  const folder = { path: '' };
  beforeEach(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'fcn-test-'));
  });
  afterEach(async () => {
    await rm(folder.path, { recursive: true, force: true });
  });
  return folder;
}

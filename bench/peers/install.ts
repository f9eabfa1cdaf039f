import { spawnSync } from 'node:child_process';
import { stdin, stderr } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { hasPeer } from './import-peer.js';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/**
 * Installs the third-party engines that are npm packages if a requested one is missing: asks first on a
 * terminal, prints a message elsewhere.
 *
 * @param packages - Names of the needed packages.
 */
export async function installPeers(packages: readonly string[]): Promise<void> {
  const missing = packages.filter((name) => !hasPeer(name));
  if (missing.length === 0) return;
  stderr.write(
    `bench: ${missing.join(', ')} not installed in bench/peers; ` +
      '`npm ci --ignore-scripts` there takes about 500 MB\n',
  );
  if (stdin.isTTY && !(await agrees())) return;
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts'], {
    cwd: FOLDER,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) stderr.write('bench: that failed; the bench goes on without them\n');
}

async function agrees(): Promise<boolean> {
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question('bench: install them? [y/N] ')).trim());
  } finally {
    terminal.close();
  }
}

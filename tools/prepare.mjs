/**
 * Runs after npm installed the dependencies of a checkout, and before npm packs: builds from a clean
 * state. `npx fcn` in a checkout makes npm run it again, on npm 10 at every call; an existing build is
 * kept then.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';

const ranByNpx = process.env.npm_command === 'exec';
const built = ['dist/cli/main.js', 'build/kernels.wasm', 'build/kernels-threads.wasm'];
if (!(ranByNpx && built.every((file) => existsSync(file)))) {
  rmSync('dist', { recursive: true, force: true });
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
}

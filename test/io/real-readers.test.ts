import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeNpz } from '../../src/io/npz.js';
import { writePth } from '../../src/io/pth-writer.js';
import { fixture } from '../support/fixtures.js';
import { skip } from '../support/skip.js';
import { expectedWeights } from '../support/weight-files.js';
import { scratchFolder } from '../cli/run-cli.js';

const PYTHON = '/usr/bin/python3';

/** Exits with 0 if both packages are there, which importing would take seconds to say. */
const PROBE =
  'import importlib.util as u; exit(not (u.find_spec("torch") and u.find_spec("numpy")))';

/** Compares files written here with those of the fixtures, by the readers of their formats. */
const CHECK = `
import sys, zipfile, numpy as np, torch
written, fixture = sys.argv[1:]
expected = torch.load(fixture)
tensors = torch.load(written + '/a.pth', weights_only=True)
assert list(tensors) == list(expected)
stored, packed = np.load(written + '/a.npz'), np.load(written + '/b.npz')
for name, tensor in expected.items():
    tensor = tensor.detach()
    assert torch.equal(tensors[name], tensor) and tensors[name].dtype == torch.float32, name
    for arrays in (stored, packed):
        assert arrays[name].shape == tuple(tensor.shape) and (arrays[name] == tensor.numpy()).all(), name
for name in ('a.pth', 'a.npz', 'b.npz'):
    assert zipfile.ZipFile(written + '/' + name).testzip() is None
`;

describe('reference readers of the formats', () => {
  const folder = scratchFolder();

  it('torch (weights only), NumPy and zipfile read files written by this library', function () {
    if (spawnSync(PYTHON, ['-c', PROBE]).status !== 0) {
      skip(this, 'no python3-torch and python3-numpy of Debian at /usr/bin/python3');
    }
    const arrays = expectedWeights('views.pth');
    writeFileSync(join(folder.path, 'a.pth'), Buffer.concat(writePth(arrays)));
    writeFileSync(join(folder.path, 'a.npz'), Buffer.concat(writeNpz(arrays)));
    writeFileSync(join(folder.path, 'b.npz'), Buffer.concat(writeNpz(arrays, { compress: true })));
    const source = join(folder.path, 'fixture.pth');
    writeFileSync(source, fixture('weights/views.pth'));
    execFileSync(PYTHON, ['-c', CHECK, folder.path, source], { stdio: 'pipe' });
  });
});

/**
 * Writes fixtures/engines/scores.json: expected hashes of the scores of test/engines/scores.mjs on every
 * engine and any number of threads. In exact mode they are computed by the reference backend; in fast mode
 * by a single thread. Needs a built library.
 *
 *     node tools/make-score-hashes.mjs
 */
import { writeFileSync } from 'node:fs';
import { buildCase, hashScores, NAMES, sha256 } from '../test/engines/scores.mjs';

const fcn = await import(new URL('../dist/entries/web.js', import.meta.url).href);
const reference = fcn.createReferenceBackend('float32');
const { hashes } = await hashScores(fcn, 1, 1);
const expected = {};
for (const name of NAMES) {
  const { network, image, shape } = buildCase(fcn, reference, name);
  const x = fcn.Tensor.from(reference, image, shape);
  const { data } = fcn.noGrad(() => network.forward(x));
  expected[`${name}, exact`] = await sha256(Float32Array.from(data));
  [expected[`${name}, fast`]] = hashes[`${name}, fast`];
}
const file = new URL('../fixtures/engines/scores.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(expected, null, 2)}\n`);

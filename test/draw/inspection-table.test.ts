import assert from 'node:assert/strict';
import { drawInspection } from '../../src/draw/inspection-drawing.js';
import { inspectionTable } from '../../src/draw/inspection-table.js';
import { inspect } from '../../src/open/inspect-opened.js';
import { openNetwork } from '../../src/open/open-network.js';
import { smallModel } from '../segment/small-model.js';

describe('the table of an inspection', () => {
  it('has a title, a line for each layer and the totals', async () => {
    using opened = await openNetwork(smallModel(), { structureOnly: true });
    const inspection = await inspect(opened, { size: [40, 40], mode: 'exact' });
    const [title, empty, head, ...lines] = inspectionTable('small', inspection).split('\n');
    assert.equal(title, 'small: 3×40×40 → 3×40×40, mode exact');
    assert.equal(empty, '');
    assert.match(head, /^layer +computes +output +field +stride +parameters +MMAC +time /);
    const { layers, parameters } = inspection;
    assert.deepEqual(
      lines.slice(0, layers.length).map((line) => line.split(' ')[0]),
      layers.map(({ name }) => name),
    );
    assert.match(
      lines[layers.length + 1],
      new RegExp(`^${parameters.toLocaleString('en-US')} par`),
    );
    assert.match(drawInspection('small', inspection), /^<svg[^]*small[^]*<\/svg>\n?$/);
  });
});

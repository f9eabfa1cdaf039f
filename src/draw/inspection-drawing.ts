import type { Inspection } from '../plan/inspection.js';
import { arenaChart } from './arena-chart.js';
import { SHADES } from './box.js';
import { ARROW_HEAD, networkPicture } from './network-picture.js';
import { drawing, element, label } from './svg.js';

const HEAD = 56;
const BETWEEN = 40;
const FOOT = 34;

/** Draws a network, and below it the memory of its plan over time, as SVG. */
export function drawInspection(model: string, inspection: Inspection): string {
  const { inputShape, parameters, macs, mode } = inspection;
  const network = networkPicture(inspection);
  const arena = arenaChart(inspection, network.width);
  const width = Math.max(network.width, arena.width);
  const arenaTop = HEAD + network.height + BETWEEN;
  const facts =
    `image ${inputShape.slice(2).join('×')}, ${parameters.toLocaleString('en-US')} parameters, ` +
    `${(macs / 1e9).toFixed(1)} GMAC`;
  return drawing(
    width,
    arenaTop + arena.height + FOOT,
    ARROW_HEAD,
    label(28, 30, model, { 'font-size': 17, 'font-weight': 700 }),
    label(28, 48, facts, { fill: '#57606a' }),
    element('g', { transform: `translate(0 ${String(HEAD)})` }, network.svg),
    label(28, arenaTop - 2, `Memory of a plan, mode ${mode}, from layer to layer`, {
      ...{ 'font-size': 14, 'font-weight': 700 },
    }),
    element('g', { transform: `translate(0 ${String(arenaTop)})` }, arena.svg),
    legend(arenaTop + arena.height + 12),
  );
}

const LEGEND: readonly (readonly [text: string, colour: string])[] = [
  ['convolution', SHADES.conv[0]],
  ['in the place of fully connected layers', SHADES.fc[0]],
  ['pooling', SHADES.pool[0]],
  ['scores', SHADES.score[0]],
  ['upsampling', SHADES.up[0]],
  ['workspace', '#d0d7de'],
];

function legend(y: number): string {
  let x = 28;
  const entries = LEGEND.map(([text, colour]) => {
    const entry =
      element('rect', { x, y: y - 9, width: 11, height: 11, rx: 2, fill: colour }) +
      label(x + 16, y, text);
    x += 40 + 6.1 * text.length;
    return entry;
  });
  return element('g', { 'font-size': 10.5 }, ...entries);
}

import type { NetworkFigures } from '../models/bench-network.js';

/** Smallest size from which the time per pixel is expected to be constant. */
const FLAT_FROM = 256;

/** Table of the time in ms and the memory of every engine by the size of the image. */
export function seriesTable(figures: readonly NetworkFigures[]): string {
  const names = [...new Set(figures.flatMap(({ engines }) => engines.map(({ name }) => name)))];
  const rows = figures.map(({ size, engines }) => {
    const cells = names.map((name) => {
      const engine = engines.find((one) => one.name === name);
      return engine ? `${engine.medianMs.toFixed(0)} (${engine.rssMb.toFixed(0)})` : '–';
    });
    return `| ${[`${String(size)}²`, ...cells].join(' | ')} |`;
  });
  return [
    `| ms (MB) | ${names.join(' | ')} |`,
    `|---|${names.map(() => '--:').join('|')}|`,
    ...rows,
  ].join('\n');
}

/** Sentence on the variation of the first engine's time per pixel for sizes from 256² on. */
export function pixelTimes(figures: readonly NetworkFigures[]): string {
  const flat = figures.filter(({ size }) => size >= FLAT_FROM);
  if (flat.length === 0) return '';
  const times = flat.map(({ size, engines: [ours] }) => (1000 * ours.medianMs) / size ** 2);
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const spread = (100 * (most - least)) / (most + least);
  const sizes = flat.map(({ size }) => size);
  return (
    `Time of ${flat[0].engines[0].name} for a pixel, from ${String(Math.min(...sizes))}² to ` +
    `${String(Math.max(...sizes))}²: ${least.toFixed(1)} to ${most.toFixed(1)} µs, ` +
    `± ${spread.toFixed(0)} % around the middle.`
  );
}

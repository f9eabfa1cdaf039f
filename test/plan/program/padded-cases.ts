import fc from 'fast-check';
import { between, upTo } from '../../support/arbitraries.js';
import { networkCases, type NetworkCase } from '../random-network.js';

/**
 * Random networks whose first convolution has a wide padding, so that an image, which may be tiny, leaves
 * much of most maps as it is; what follows splits, joins, and reaches beyond the map.
 */
export const paddedCases: fc.Arbitrary<NetworkCase> = fc
  .record({
    network: networkCases,
    H: upTo(9),
    W: upTo(9),
    padding: between(4, 12),
    kernel: upTo(3),
  })
  .map(({ network, H, W, padding, kernel }) => {
    const rest = { from: 0, other: 0, channels: 3, stride: 1 };
    const steps = [{ ...rest, op: 'conv' as const, padding, kernel }, ...network.steps.slice(0, 7)];
    return { ...network, H, W, steps };
  });

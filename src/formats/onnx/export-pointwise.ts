import type { PointwiseFunction } from '../../backend/reference/pointwise.js';
import type { PointwiseAttrs } from '../../ops/pointwise.js';
import { float, type ExportNode } from './export-node.js';

/** Operators by function; those with settings have rules of their own. */
const OPERATORS: Readonly<Partial<Record<PointwiseFunction, string>>> = {
  ...{ abs: 'Abs', ceil: 'Ceil', exp: 'Exp', floor: 'Floor', hardSwish: 'HardSwish', log: 'Log' },
  ...{ neg: 'Neg', reciprocal: 'Reciprocal', softplus: 'Softplus', sqrt: 'Sqrt', tanh: 'Tanh' },
};

/** Writes a function of one number. */
export function exportPointwise(node: ExportNode): void {
  const { name, a = 0, b = 0 } = node.origin.attrs as PointwiseAttrs;
  const { inputs } = node;
  switch (name) {
    case 'clip':
      node.add('Clip', [inputs[0], node.floats([a], []), node.floats([b], [])]);
      break;
    case 'elu':
      node.add('Elu', inputs, { alpha: float(a) });
      break;
    case 'hardSigmoid':
      node.add('HardSigmoid', inputs, { alpha: float(a), beta: float(b) });
      break;
    case 'leakyRelu':
      node.add('LeakyRelu', inputs, { alpha: float(a) });
      break;
    default:
      node.add(OPERATORS[name] ?? node.fail(`${name} is not written`), inputs);
  }
}

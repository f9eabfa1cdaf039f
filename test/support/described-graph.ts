import type { Graph } from '../../src/graph/trace.js';

/** Description of a graph for comparison; attributes are rounded to float32, as in Caffe. */
export function describedGraph({ nodes }: Graph): unknown[] {
  return nodes.map(({ op, name, attrs, shape, inputs }) => ({
    ...{ op, name, shape, inputs: inputs.map((input) => input.name) },
    attrs: JSON.parse(JSON.stringify(attrs), (_, value: unknown) =>
      typeof value === 'number' ? Math.fround(value) : value,
    ) as unknown,
  }));
}

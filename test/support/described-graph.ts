import type { Graph } from '../../src/graph/trace.js';

/** What a graph says, to be compared with another; numbers of attributes as float32, as Caffe has them. */
export function describedGraph({ nodes }: Graph): unknown[] {
  return nodes.map(({ op, name, attrs, shape, inputs }) => ({
    ...{ op, name, shape, inputs: inputs.map((input) => input.name) },
    attrs: JSON.parse(JSON.stringify(attrs), (_, value: unknown) =>
      typeof value === 'number' ? Math.fround(value) : value,
    ) as unknown,
  }));
}

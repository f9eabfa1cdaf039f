import type { ByteSource } from './byte-source.js';

/** A stretch of a source, as a source of its own: from `start` to before `end`, both within it. */
export function sourceWindow(
  source: ByteSource,
  name: string,
  start: number,
  end: number,
): ByteSource {
  return {
    name,
    length: end - start,
    view: (from, to) => source.view(start + from, start + to),
    copy: (from, target) => {
      source.copy(start + from, target);
    },
  };
}

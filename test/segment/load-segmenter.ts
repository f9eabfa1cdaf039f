import type { Segmenter, SegmenterOptions } from '../../src/segment/segmenter.js';

/**
 * Creates a segmenter of the same copy of the modules that the library imports when it is needed. The static imports
 * of a test file may be another copy, whose classes and ops are not those of networks opened by lazy imports.
 */
export async function loadSegmenter(options?: SegmenterOptions): Promise<Segmenter> {
  const { createSegmenter } = await import('../../src/segment/segmenter.js');
  return await createSegmenter(options);
}

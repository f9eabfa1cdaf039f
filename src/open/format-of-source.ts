import { fileKind, type FileFormat } from '../formats/file-kinds.js';
import { networkOfName, unknownName } from './known-names.js';
import { openingNow } from './open-error.js';
import { isName, readSource } from './read-source.js';

/**
 * Format of the file of a source; null for the name of a network. A file goes before a name.
 *
 * @throws {@link OpenError} if the source is neither a file nor a name, or cannot be read.
 */
export async function formatOfSource(source: string): Promise<FileFormat | null> {
  if (isName(source)) {
    if (networkOfName(source) !== null) return null;
    throw unknownName(source);
  }
  const { bytes } = await readSource(source);
  try {
    return openingNow('damaged', () => fileKind(bytes)).format;
  } finally {
    bytes.close();
  }
}

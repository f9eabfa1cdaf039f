import { isOnnx } from '../formats/protobuf-kind.js';
import { openFileSource } from '../io/file-source.js';
import { openOnnxModel } from './onnx-model.js';
import {
  openPublishedModel,
  type PublishedChoice,
  type PublishedModel,
  type PublishedSource,
} from './published-model.js';

/**
 * Opens weights of others: an ONNX file, which says its network, or a file of weights for a published one.
 *
 * @throws {@link ParseError} {@link FcnError} as {@link openPublishedModel} and {@link openOnnxModel}.
 */
export async function openPublished(
  source: PublishedSource,
  choice: PublishedChoice = {},
): Promise<PublishedModel> {
  const file = openFileSource(source.path);
  try {
    if (!isOnnx(file)) return openPublishedModel(source, choice);
  } finally {
    file.close();
  }
  return await openOnnxModel(source, choice);
}

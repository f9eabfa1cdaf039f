/**
 * Upgrade of Caffe files to the current form of Caffe, with all their fields.
 *
 * @see Caffe's tools upgrade_net_proto_text and upgrade_net_proto_binary.
 */
import { isCaffeModel } from '../../../formats/protobuf-kind.js';
import { writeOutput } from '../../shell/write-output.js';
import { writeBinary } from '../../../io/caffe/binary-format.js';
import { printTextFormat } from '../../../io/caffe/print-text.js';
import { readCaffeModel, readNetText } from '../../../io/caffe/read-files.js';
import { fileOfSource } from '../../../open/file-of-source.js';

/**
 * Writes a prototxt in the current form: every layer with its phases, fillers and rates, also losses and data
 * layers. Comments are lost.
 *
 * @returns Notes for the user, one line each.
 * @throws {@link TextFormatError} for an unknown field or damaged text, with line and column; {@link ParseError} if
 *   the description has no current form.
 */
export async function upgradePrototxt(input: string, output: string): Promise<readonly string[]> {
  const { name, bytes } = await fileOfSource(input);
  const net = readNetText(bytes.view(0, bytes.length), name);
  bytes.close();
  await writeOutput(output, printTextFormat(net));
  return ['every layer as it was described, in today’s form; comments are left out'];
}

/** Contents of a caffemodel that was written. */
export interface UpgradedModel {
  /** Number of blobs. */
  readonly arrays: number;
  /** Numbers in all blobs. */
  readonly numbers: number;
  /** Notes for the user, one line each. */
  readonly notes: readonly string[];
}

/**
 * Writes a caffemodel in the current form: its layers with all their fields, and their numbers bit for bit.
 * Unknown fields are left out, and the notes name them.
 *
 * @returns Null if the input is not a caffemodel; then nothing is written.
 * @throws {@link ParseError} if the input is damaged.
 */
export async function upgradeCaffeModel(
  input: string,
  output: string,
): Promise<UpgradedModel | null> {
  const { bytes: source } = await fileOfSource(input);
  try {
    if (!isCaffeModel(source)) return null;
    const { net, blobs, skipped } = readCaffeModel(source);
    await writeOutput(output, writeBinary(net).pieces());
    const counts = [...blobs.values()].flat().map(({ numbers }) => numbers.length);
    return {
      arrays: counts.length,
      numbers: counts.reduce((sum, count) => sum + count, 0),
      notes:
        skipped.length > 0 ? [`fields that are not known, left out: ${skipped.join(', ')}`] : [],
    };
  } finally {
    source.close();
  }
}

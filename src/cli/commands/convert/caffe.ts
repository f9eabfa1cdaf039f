/**
 * Caffe's files written as Caffe's files again: brought into today's form, with all that they say.
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
 * Writes a description as Caffe reads it today: every layer with its phases, fillers and rates, losses and
 * data layers among them. Comments are lost.
 *
 * @returns What should be known, a line each.
 * @throws {@link TextFormatError} for a field that is not known, and for any damage, with line and column;
 *   {@link ParseError} if the description cannot be brought into today's form.
 */
export async function upgradePrototxt(input: string, output: string): Promise<readonly string[]> {
  const { name, bytes } = await fileOfSource(input);
  const net = readNetText(bytes.view(0, bytes.length), name);
  bytes.close();
  await writeOutput(output, printTextFormat(net));
  return ['every layer as it was described, in today’s form; comments are left out'];
}

/** What was written of a caffemodel. */
export interface UpgradedModel {
  /** Blobs of its layers. */
  readonly arrays: number;
  /** Numbers in them. */
  readonly numbers: number;
  /** What should be known, a line each. */
  readonly notes: readonly string[];
}

/**
 * Writes a caffemodel in today's form: its layers with all that they say, and their numbers bit for bit.
 * Fields that are not known are left out, and the notes name them.
 *
 * @returns Null, and nothing is written, if the input is no caffemodel.
 * @throws {@link ParseError} if it is damaged.
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

import { CaffeMessage, type FieldValue } from '../../src/io/caffe/message.js';

/** Contents of a message as plain values: equal messages are deeply equal. */
export type MessageTree = Readonly<Record<string, readonly (FieldValue | MessageTree)[]>>;

/** All fields present in a message, including the unrounded values of blobs. */
export function messageTree(message: CaffeMessage): MessageTree {
  const fields = [...message.type.byName.keys()].filter((name) => message.has(name));
  return Object.fromEntries(
    fields.map((name) => {
      const values = message.runs(name)?.toDoubles() ?? message.values(name);
      return [
        name,
        Array.from(values, (value) => (value instanceof CaffeMessage ? messageTree(value) : value)),
      ];
    }),
  );
}

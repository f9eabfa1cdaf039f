import { CaffeMessage, type FieldValue } from '../../src/io/caffe/message.js';

/** What a message says, as plain values: two that say the same are deeply equal. */
export type MessageTree = Readonly<Record<string, readonly (FieldValue | MessageTree)[]>>;

/** All fields of a message that are there, the many numbers of blobs unrounded among them. */
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

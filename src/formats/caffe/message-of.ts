import { CaffeMessage, type FieldValue } from '../../io/caffe/message.js';
import { caffeType } from '../../io/caffe/schema.js';

/** Fields of a message, by name; an array of values if the field is repeated. */
export type Fields = Readonly<Record<string, FieldValue | readonly FieldValue[]>>;

/** Makes a message of one of Caffe's types with these fields. */
export function messageOf(type: string, fields: Fields): CaffeMessage {
  const message = new CaffeMessage(caffeType(type));
  for (const [name, value] of Object.entries(fields)) {
    if (Array.isArray(value)) message.add(name, ...(value as readonly FieldValue[]));
    else message.add(name, value as FieldValue); // the other half of the union
  }
  return message;
}

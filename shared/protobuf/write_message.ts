import { isScalarZeroValue } from "@bufbuild/protobuf/reflect";
import type { ByteWriter } from "./byte_writer.ts";
import type { Field } from "./field.ts";
import type { MessageType, Properties } from "./message_type.ts";
import { unusual } from "./unusual.ts";
import { writeScalar } from "./write_scalar.ts";

/** A tag and the longest number. */
const scalarBytesMax = 12;
const entryKeyTag = 0x0a;

/** Writes the fields of a message. Throws whatever it likes when it is not an ordinary one. */
export function writeMessage(writer: ByteWriter, type: MessageType, message: Properties): void {
  const kept = type.kept?.get(message);
  if (kept !== undefined) return writer.raw(kept);
  if (type.libraryOnly) throw unusual;
  if (message.$typeName !== type.name || message.$unknown !== undefined) throw unusual;
  for (const field of type.fields) writeField(writer, field, message, message[field.property]);
}

function writeField(writer: ByteWriter, field: Field, message: Properties, value: unknown): void {
  switch (field.shape) {
    case "single":
      if (value !== field.zero) writeValue(writer, field, value);
      return;
    case "list":
      return writeList(writer, field, value);
    case "optional":
      if (value === undefined || !Object.hasOwn(message, field.property)) return;
      return writeValue(writer, field, value);
    case "oneof": {
      const chosen = value as { case: string; value: unknown };
      if (chosen.case === field.name) writeValue(writer, field, chosen.value);
      return;
    }
    case "ambiguous":
      if (!isScalarZeroValue(field.kind, value)) writeValue(writer, field, value);
      return;
    case "packed":
      return writePacked(writer, field, value);
    case "map":
      return writeMap(writer, field, value as Properties);
  }
}

function writeValue(writer: ByteWriter, field: Field, value: unknown): void {
  writer.reserve(scalarBytesMax);
  writer.unsigned(field.tag);
  if (field.type === undefined) return writeScalar(writer, field.kind, value);
  const { type } = field;
  const room = type.lengthBytes;
  const start = writer.open(room);
  writeMessage(writer, type, value as Properties);
  type.lengthBytes = writer.close(start, room);
}

function writeList(writer: ByteWriter, field: Field, items: unknown): void {
  if (!Array.isArray(items)) throw unusual;
  for (let i = 0; i < items.length; i++) writeValue(writer, field, items[i]);
}

function writePacked(writer: ByteWriter, field: Field, items: unknown): void {
  if (!Array.isArray(items)) throw unusual;
  if (items.length === 0) return;
  writer.reserve(scalarBytesMax);
  writer.unsigned(field.tag);
  const start = writer.open(1);
  for (let i = 0; i < items.length; i++) {
    writer.reserve(scalarBytesMax);
    writeScalar(writer, field.kind, items[i]);
  }
  writer.close(start, 1);
}

function writeMap(writer: ByteWriter, { tag, value }: Field, entries: Properties): void {
  if (value === undefined) throw unusual;
  for (const key of Object.keys(entries)) {
    writer.reserve(scalarBytesMax);
    writer.unsigned(tag);
    const start = writer.open(1);
    writer.unsigned(entryKeyTag);
    writer.text(key);
    writeValue(writer, value, entries[key]);
    writer.close(start, 1);
  }
}

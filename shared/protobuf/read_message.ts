import type { ByteReader } from "./byte_reader.ts";
import type { Field } from "./field.ts";
import type { MessageType, Properties } from "./message_type.ts";
import { readScalar } from "./read_scalar.ts";
import { unusual } from "./unusual.ts";

/** Deeper messages are left to the library, which has its own limit. */
const depthMax = 50;
const entryKeyTag = 0x0a;

/** Reads the rest of the reader's bytes; throws `unusual` if they are not ordinary ones. */
export function readMessage(reader: ByteReader, type: MessageType, depth = 0): Properties {
  if (type.libraryOnly || depth > depthMax) throw unusual;
  const message = blankOf(type);
  while (reader.position < reader.end) {
    const field = type.byTag[reader.tag()];
    if (field === undefined) throw unusual;
    readField(reader, field, message, depth);
  }
  return message;
}

/** `assign` onto nothing takes over the whole shape, whatever the type; a spread in shared code does not. */
function blankOf({ blank, lists, maps }: MessageType): Properties {
  const message = Object.assign({}, blank);
  for (const name of lists) message[name] = [];
  for (const name of maps) message[name] = {};
  return message;
}

function readField(reader: ByteReader, field: Field, message: Properties, depth: number): void {
  switch (field.shape) {
    case "list":
      return readItems(reader, field, message[field.property] as unknown[], depth);
    case "packed":
      return readPacked(reader, field, message[field.property] as unknown[]);
    case "map":
      return readEntry(reader, field, message[field.property] as Properties, depth);
    case "oneof":
      return readCase(reader, field, message, depth);
    default:
      // The library merges a message that comes twice.
      if (field.type !== undefined && message[field.property] !== undefined) throw unusual;
      message[field.property] = readValue(reader, field, depth);
  }
}

/** One item, and those that follow it without another field between. */
function readItems(reader: ByteReader, field: Field, items: unknown[], depth: number): void {
  let next: number;
  do {
    items.push(readValue(reader, field, depth));
    next = reader.position;
  } while (next < reader.end && reader.tag() === field.tag);
  reader.position = next;
}

function readPacked(reader: ByteReader, field: Field, items: unknown[]): void {
  const end = reader.delimited();
  while (reader.position < end) items.push(readScalar(reader, field.kind));
  if (reader.position > end) throw unusual;
}

function readCase(reader: ByteReader, field: Field, message: Properties, depth: number): void {
  const chosen = message[field.property] as { case?: string };
  if (field.type !== undefined && chosen.case === field.name) throw unusual;
  message[field.property] = { case: field.name, value: readValue(reader, field, depth) };
}

/** Entries without a key or a value, or with two, are left to the library. */
function readEntry(reader: ByteReader, field: Field, entries: Properties, depth: number): void {
  const { end } = reader;
  reader.end = reader.delimited();
  if (field.value === undefined || reader.tag() !== entryKeyTag) throw unusual;
  const key = reader.text();
  if (key === "__proto__" || reader.tag() !== field.value.tag) throw unusual;
  entries[key] = readValue(reader, field.value, depth);
  if (reader.position !== reader.end) throw unusual;
  reader.end = end;
}

function readValue(reader: ByteReader, field: Field, depth: number): unknown {
  if (field.type === undefined) return readScalar(reader, field.kind);
  const { end } = reader;
  reader.end = reader.delimited();
  const message = readMessage(reader, field.type, depth + 1);
  reader.end = end;
  return message;
}

import { create, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { type Field, fieldOf, otherEncoding } from "./field.ts";

/** A message as it is read and written: by the names of its properties. */
export type Properties = Record<string, unknown>;

/** What reading and writing must know of a type, found out once instead of for each message. */
export interface MessageType {
  /** Whether the library must do all its messages. */
  readonly libraryOnly: boolean;
  readonly name: string;
  /** In the order in which they are written: by number. */
  readonly fields: Field[];
  /** Fields by the tags under which they may be read. */
  readonly byTag: (Field | undefined)[];
  /** A message before its first field is read; `lists` and `maps` name what it must not share. */
  readonly blank: Properties;
  readonly lists: readonly string[];
  readonly maps: readonly string[];
  /** How many bytes the length of the last one took: a guess for the next. */
  lengthBytes: number;
  /** The bytes of those that never change again; undefined while there is none. */
  kept: WeakMap<object, Uint8Array> | undefined;
}

/** Field numbers above are left to the library: they would make `byTag` large. */
const fieldNumberMax = 255;
const legacyRequired = 3;

const types = new WeakMap<DescMessage, MessageType>();

/** Compiled once for each type, which may refer to itself. */
export function messageTypeOf(desc: DescMessage): MessageType {
  const known = types.get(desc);
  if (known !== undefined) return known;
  const type = newMessageType(desc);
  types.set(desc, type);
  if (!type.libraryOnly) fillFields(type, desc);
  return type;
}

function newMessageType(desc: DescMessage): MessageType {
  // A copy: the library's own is a dictionary if it has many properties, and so were its copies.
  const blank = { ...create(desc) } as Properties;
  return {
    name: desc.typeName,
    libraryOnly: isLibraryOnly(desc),
    fields: [],
    byTag: tableOf(desc),
    blank,
    lists: namesOf(desc, "list"),
    maps: namesOf(desc, "map"),
    lengthBytes: 1,
    kept: undefined,
  };
}

function isLibraryOnly(desc: DescMessage): boolean {
  // Fields of these types hold something else than the message.
  if (isWrapperDesc(desc) || desc.typeName === "google.protobuf.Struct") return true;
  return Object.getPrototypeOf(create(desc)) !== Object.prototype || desc.fields.some(isUnusual);
}

function isUnusual(field: DescField): boolean {
  if (field.presence === legacyRequired || field.number > fieldNumberMax) return true;
  if ("delimitedEncoding" in field && field.delimitedEncoding) return true;
  if ("longAsString" in field && field.longAsString) return true;
  if (field.fieldKind === "map" && field.mapKey !== ScalarType.STRING) return true;
  return !field.utf8Validation || field.enum?.open === false;
}

function namesOf(desc: DescMessage, kind: DescField["fieldKind"]): string[] {
  return desc.fields.filter((each) => each.fieldKind === kind).map((each) => each.localName);
}

/** Without holes, which V8 would keep in a slower table. */
function tableOf({ fields }: DescMessage): undefined[] {
  const highest = Math.max(0, ...fields.map((each) => each.number));
  return new Array(8 * Math.min(highest, fieldNumberMax) + 8).fill(undefined);
}

function fillFields({ fields, byTag, blank }: MessageType, desc: DescMessage): void {
  for (const each of desc.fields.toSorted((a, b) => a.number - b.number)) {
    const field = fieldOf(each, blank, each.message && messageTypeOf(each.message));
    fields.push(field);
    byTag[field.tag] = field;
    const other = otherEncoding(field);
    if (other !== undefined) byTag[other.tag] = other;
  }
}

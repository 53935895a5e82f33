import { type DescField, ScalarType } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import type { MessageType, Properties } from "./message_type.ts";

/** The number that descriptors have for messages, beside those of `ScalarType`. */
export const messageKind = 11;

/** How a field stands in its message and on the wire. */
export type Shape =
  /** Left out when it is its type's zero. */
  | "single"
  /** The same for bytes and floating point, whose zeros `===` does not tell. */
  | "ambiguous"
  | "optional"
  | "oneof"
  | "list"
  | "packed"
  | "map";

/** A field of a message, or of the entries of a map. */
export interface Field {
  /** The property of the message: the field's own name, or that of its oneof. */
  readonly property: string;
  readonly name: string;
  readonly shape: Shape;
  /** A `ScalarType`, `INT32` for an enum, or `messageKind`. */
  readonly kind: number;
  /** Number and wire type. */
  readonly tag: number;
  /** What a `single` one is without being written. */
  readonly zero: unknown;
  /** Of its message, or of a map's. */
  readonly type: MessageType | undefined;
  /** The value in a map's entries. */
  readonly value: Field | undefined;
}

/** A field, given a message without any and the field's own type, if it has messages. */
export function fieldOf(desc: DescField, blank: Properties, type: MessageType | undefined): Field {
  const { localName: name, number, oneof } = desc;
  const kind = kindOf(desc);
  const shape = shapeOf(desc, kind, blank);
  const property = oneof?.localName ?? name;
  const tag = tagOf(number, shape, kind);
  const field = { property, name, shape, kind, tag, zero: blank[property], type, value: undefined };
  if (shape !== "map") return field;
  const value = { ...field, shape: "optional" as const, tag: tagOf(2, "optional", kind) };
  return { ...field, value };
}

/** A list of numbers may be read packed or not, however it is written. */
export function otherEncoding(field: Field): Field | undefined {
  if (wireTypeOf(field.kind) === WireType.LengthDelimited) return undefined;
  if (field.shape !== "list" && field.shape !== "packed") return undefined;
  const shape = field.shape === "list" ? "packed" : "list";
  return { ...field, shape, tag: tagOf(field.tag >>> 3, shape, field.kind) };
}

function kindOf(desc: DescField): number {
  if (desc.message !== undefined) return messageKind;
  return desc.enum === undefined ? desc.scalar : ScalarType.INT32;
}

function shapeOf(desc: DescField, kind: number, blank: Properties): Shape {
  if (desc.fieldKind === "map") return "map";
  if (desc.fieldKind === "list") return desc.packed ? "packed" : "list";
  if (desc.oneof !== undefined) return "oneof";
  if (!(desc.localName in blank)) return "optional";
  return ambiguousKinds.includes(kind) ? "ambiguous" : "single";
}

const ambiguousKinds: number[] = [ScalarType.BYTES, ScalarType.FLOAT, ScalarType.DOUBLE];

function tagOf(number: number, shape: Shape, kind: number): number {
  const delimited = shape === "packed" || shape === "map";
  return number << 3 | (delimited ? WireType.LengthDelimited : wireTypeOf(kind));
}

function wireTypeOf(kind: number): WireType {
  switch (kind) {
    case messageKind:
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}

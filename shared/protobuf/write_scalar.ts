import { ScalarType } from "@bufbuild/protobuf";
import type { ByteWriter } from "./byte_writer.ts";
import { halves, long, unsignedLong } from "./scratch.ts";
import { unusual } from "./unusual.ts";

/** Writes one value; throws `unusual` if it is none of that kind, or beyond its limits. */
export function writeScalar(writer: ByteWriter, kind: ScalarType, value: unknown): void {
  switch (kind) {
    case ScalarType.STRING:
      if (typeof value !== "string") throw unusual;
      return writer.text(value);
    case ScalarType.INT64:
      split(value);
      return writer.varint(halves[0] as number, halves[1] as number);
    case ScalarType.INT32: {
      const int = int32(value);
      return writer.varint(int, int >> 31);
    }
    case ScalarType.BOOL:
      if (typeof value !== "boolean") throw unusual;
      return writer.unsigned(value ? 1 : 0);
    case ScalarType.BYTES:
      if (!(value instanceof Uint8Array)) throw unusual;
      writer.unsigned(value.length);
      return writer.raw(value);
    default:
      return writeRareScalar(writer, kind, value);
  }
}

function writeRareScalar(writer: ByteWriter, kind: ScalarType, value: unknown): void {
  switch (kind) {
    case ScalarType.UINT64:
      splitUnsigned(value);
      return writer.varint(halves[0] as number, halves[1] as number);
    case ScalarType.SINT64: {
      split(value);
      const [low, high] = halves as unknown as [number, number];
      const sign = high >> 31;
      return writer.varint(low << 1 ^ sign, (high << 1 | low >>> 31) ^ sign);
    }
    case ScalarType.FIXED64:
      splitUnsigned(value);
      return writer.fixed64(halves[0] as number, halves[1] as number);
    case ScalarType.SFIXED64:
      split(value);
      return writer.fixed64(halves[0] as number, halves[1] as number);
    case ScalarType.UINT32:
      return writer.unsigned(uint32(value));
    case ScalarType.SINT32: {
      const int = int32(value);
      return writer.unsigned((int << 1 ^ int >> 31) >>> 0);
    }
    case ScalarType.FIXED32:
      return writer.fixed32(uint32(value));
    case ScalarType.SFIXED32:
      return writer.fixed32(int32(value));
    case ScalarType.FLOAT:
      return writer.float(float(value));
    case ScalarType.DOUBLE:
      if (typeof value !== "number") throw unusual;
      return writer.double(value);
    default:
      throw unusual;
  }
}

function split(value: unknown): void {
  if (typeof value !== "bigint") throw unusual;
  long[0] = value;
  if (long[0] !== value) throw unusual;
}

function splitUnsigned(value: unknown): void {
  if (typeof value !== "bigint") throw unusual;
  unsignedLong[0] = value;
  if (unsignedLong[0] !== value) throw unusual;
}

function int32(value: unknown): number {
  if (typeof value !== "number" || (value | 0) !== value) throw unusual;
  return value | 0;
}

function uint32(value: unknown): number {
  if (typeof value !== "number" || value >>> 0 !== value) throw unusual;
  return value >>> 0;
}

function float(value: unknown): number {
  if (typeof value !== "number") throw unusual;
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) throw unusual;
  return value;
}

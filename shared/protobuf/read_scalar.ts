import { ScalarType } from "@bufbuild/protobuf";
import type { ByteReader } from "./byte_reader.ts";
import { unusual } from "./unusual.ts";

/** Reads one value of that kind. */
export function readScalar(reader: ByteReader, kind: ScalarType): unknown {
  switch (kind) {
    case ScalarType.STRING:
      return reader.text();
    case ScalarType.INT64:
      return reader.int64();
    case ScalarType.INT32:
      return reader.int32();
    case ScalarType.BOOL:
      return reader.bool();
    case ScalarType.BYTES:
      return reader.delimitedBytes();
    default:
      return readRareScalar(reader, kind);
  }
}

function readRareScalar(reader: ByteReader, kind: ScalarType): unknown {
  switch (kind) {
    case ScalarType.UINT32:
      return reader.unsigned();
    case ScalarType.UINT64:
      return reader.uint64();
    case ScalarType.SINT32:
      return reader.sint32();
    case ScalarType.SINT64:
      return reader.sint64();
    case ScalarType.FIXED32:
      return reader.fixed32() >>> 0;
    case ScalarType.SFIXED32:
      return reader.fixed32();
    case ScalarType.FIXED64:
      return reader.fixed64();
    case ScalarType.SFIXED64:
      return reader.sfixed64();
    case ScalarType.FLOAT:
      return reader.float();
    case ScalarType.DOUBLE:
      return reader.double();
    default:
      throw unusual;
  }
}

/**
 * Messages to and from protobuf's binary format, several times faster than `@bufbuild/protobuf`, to
 * which everything that is unusual is left: it stays the reference. See
 * docs/adr/0023-protobuf-codec.md.
 */
import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import { type MessageType, messageTypeOf, type Properties } from "./message_type.ts";
import { readMessage } from "./read_message.ts";
import { unusual } from "./unusual.ts";
import { writeMessage } from "./write_message.ts";

/** Messages of one type to and from protobuf's binary format. */
export interface Codec<D extends DescMessage> {
  /** Answers and throws exactly as the library's `toBinary`. */
  encode(message: MessageShape<D>): Uint8Array<ArrayBuffer>;
  /** Answers and throws exactly as the library's `fromBinary`. */
  decode(bytes: Uint8Array): MessageShape<D>;
}

/** A larger buffer is not kept for the next message. */
const spareCapacityMax = 1 << 20;

const codecs = new WeakMap<DescMessage, unknown>();
let spare: ByteWriter | undefined;

/** Compiled once for each type. */
export function codecOf<D extends DescMessage>(schema: D): Codec<D> {
  const known = codecs.get(schema);
  if (known !== undefined) return known as Codec<D>;
  const codec = newCodec(schema);
  codecs.set(schema, codec);
  return codec;
}

function newCodec<D extends DescMessage>(schema: D): Codec<D> {
  const type = messageTypeOf(schema);
  return {
    encode(message) {
      try {
        return encodeOrdinary(type, message);
      } catch {
        return toBinary(schema, message) as Uint8Array<ArrayBuffer>;
      }
    },
    decode(bytes) {
      try {
        return decodeOrdinary(type, bytes) as MessageShape<D>;
      } catch {
        return fromBinary(schema, bytes);
      }
    },
  };
}

/** Throws anything if the message is not ordinary. */
export function encodeOrdinary(type: MessageType, message: unknown): Uint8Array<ArrayBuffer> {
  // A getter of the message may encode too: it must not find this writer.
  const writer = spare ?? new ByteWriter();
  spare = undefined;
  try {
    writeMessage(writer, type, message as Properties);
    return writer.finish();
  } finally {
    writer.position = 0;
    if (writer.capacity <= spareCapacityMax) spare = writer;
  }
}

/** Throws anything if the bytes are not ordinary. */
export function decodeOrdinary(type: MessageType, bytes: Uint8Array): unknown {
  if (!(bytes instanceof Uint8Array)) throw unusual;
  return readMessage(new ByteReader(bytes), type);
}

import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";

/** Messages of one type to and from protobuf's binary format. */
export interface Codec<D extends DescMessage> {
  /** Answers and throws exactly as the library's `toBinary`. */
  encode(message: MessageShape<D>): Uint8Array<ArrayBuffer>;
  /** Answers and throws exactly as the library's `fromBinary`. */
  decode(bytes: Uint8Array): MessageShape<D>;
}

const codecs = new WeakMap<DescMessage, unknown>();

/** Compiled once for each type. */
export function codecOf<D extends DescMessage>(schema: D): Codec<D> {
  const known = codecs.get(schema);
  if (known !== undefined) return known as Codec<D>;
  const codec: Codec<D> = {
    encode: (message) => toBinary(schema, message) as Uint8Array<ArrayBuffer>,
    decode: (bytes) => fromBinary(schema, bytes),
  };
  codecs.set(schema, codec);
  return codec;
}

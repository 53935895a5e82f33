/** Bytes that no writer of ours makes: rearranged, repeated, cut off or broken. */
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";

/** What may be made of the bytes of a message. */
export function unusualBytes(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  const fields = fieldsOf(bytes);
  return fc.oneof(
    fc.shuffledSubarray(fields, { minLength: fields.length }).map(joined),
    fc.array(fc.constantFrom(new Uint8Array(), ...fields), { maxLength: 12 }).map(joined),
    fc.constantFrom(...strangeFields()).chain((strange) => {
      return fc.nat(fields.length).map((at) => joined(fields.toSpliced(at, 0, strange)));
    }),
    fc.nat(bytes.length).map((length) => bytes.slice(0, length)),
    fc.array(fc.tuple(fc.nat(Math.max(0, bytes.length - 1)), fc.nat(255)), { maxLength: 3 })
      .map((changes) => changed(bytes, changes)),
    fc.uint8Array({ maxLength: 40 }),
  );
}

/** The fields of the outermost message, each with its tag. */
function fieldsOf(bytes: Uint8Array): Uint8Array[] {
  const reader = new BinaryReader(bytes);
  const fields: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    reader.skip(wireType, number);
    fields.push(bytes.slice(start, reader.pos));
  }
  return fields;
}

/** Of numbers that types have and that they have not. */
function strangeFields(): Uint8Array[] {
  const write = () => new BinaryWriter();
  const numbers = [1, 2, 3, 4, 5, 16, 21, 61, 201, 9_999];
  return [
    ...numbers.map((number) => write().tag(number, WireType.Varint).int64(-7n).finish()),
    ...numbers.map((number) => write().tag(number, WireType.Bit32).fixed32(7).finish()),
    ...numbers.map((number) => write().tag(number, WireType.Bit64).fixed64(7n).finish()),
    ...numbers.map((number) => write().tag(number, WireType.LengthDelimited).string("ü").finish()),
    ...numbers.map((number) => {
      return write().tag(number, WireType.LengthDelimited).bytes(new Uint8Array([10, 1, 65]))
        .finish();
    }),
    ...numbers.map((number) => {
      return write().tag(number, WireType.LengthDelimited).bytes(new Uint8Array([0xff])).finish();
    }),
    write().tag(7, WireType.StartGroup).tag(7, WireType.EndGroup).finish(),
    new Uint8Array([8, ...new Array(11).fill(0xff)]),
    new Uint8Array([8, 0x80, 0x80, 0]),
    new Uint8Array([0x88, 0x80, 0, 1]),
    new Uint8Array([0x88, 0, 1]),
    new Uint8Array([0]),
  ];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

function changed(bytes: Uint8Array, changes: [number, number][]): Uint8Array {
  const copy = bytes.slice();
  for (const [at, byte] of changes) copy[at] = byte;
  return copy;
}

/** Messages of any type, with what is at the edges of its fields. */
import {
  create,
  type DescField,
  type DescMessage,
  type Message,
  ScalarType,
} from "@bufbuild/protobuf";
import fc from "fast-check";

const longMax = 2n ** 63n - 1n;

/** Texts that any reader can make of their bytes again, and that are no trouble as keys. */
export const plainText: fc.Arbitrary<string> = fc.oneof(
  fc.string().filter((text) => text !== "__proto__"),
  fc.string({ minLength: 100, maxLength: 700 }),
  fc.constantFrom("", "折叠旅行水壶".repeat(9), "\ufeffmarked", "naïve 🫖", "x".repeat(3000)),
);

/** And those that are none: half characters, and the mark of something lost. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  plainText,
  fc.string({ unit: "binary" }),
  fc.constantFrom("\ud800", "a\udc00b", "lost \ufffd", "__proto__"),
);

/** Messages as `create` makes them, so many levels deep. */
export function arbitraryMessage(
  desc: DescMessage,
  text: fc.Arbitrary<string>,
  depth = 2,
): fc.Arbitrary<Message> {
  const singles = desc.fields.filter((each) => each.oneof === undefined);
  const parts = [
    ...singles.map((each) => fieldOf(each, text, depth).map((value) => [each.localName, value])),
    ...desc.oneofs.map((oneof) =>
      fc.oneof(
        fc.constant({ case: undefined }),
        ...oneof.fields.map((each) => {
          return valueOf(each, text, depth).map((value) => ({ case: each.localName, value }));
        }),
      ).map((value) => [oneof.localName, value])
    ),
  ];
  return fc.tuple(...parts).map((all) => {
    return create(desc, Object.fromEntries(all.filter(([, value]) => value !== undefined)));
  });
}

function fieldOf(
  field: DescField,
  text: fc.Arbitrary<string>,
  depth: number,
): fc.Arbitrary<unknown> {
  if (field.message !== undefined && depth === 0) return fc.constant(undefined);
  const value = valueOf(field, text, depth);
  if (field.fieldKind === "list") return fc.array(value, { maxLength: 4 });
  if (field.fieldKind !== "map") return fc.option(value, { nil: undefined });
  const key = field.mapKey === ScalarType.STRING ? text : scalarOf(field.mapKey, text).map(String);
  return fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true });
}

function valueOf(
  field: DescField,
  text: fc.Arbitrary<string>,
  depth: number,
): fc.Arbitrary<unknown> {
  const { message } = field;
  if (message === undefined) return scalarOf(field.scalar ?? ScalarType.INT32, text);
  if (message.typeName === "google.protobuf.Struct") return fc.constant({ a: [1, "b", null] });
  if (message.typeName === "google.protobuf.StringValue") return text;
  return depth === 0
    ? fc.constant(undefined).map(() => create(message))
    : arbitraryMessage(message, text, depth - 1);
}

function scalarOf(kind: ScalarType, text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  switch (kind) {
    case ScalarType.STRING:
      return text;
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 200 });
    case ScalarType.DOUBLE:
      return fc.double();
    case ScalarType.FLOAT:
      return fc.float();
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return fc.oneof(fc.integer({ min: -300, max: 300 }), fc.integer());
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, 2n * longMax + 1n));
    default:
      return fc.oneof(fc.bigInt(-300n, 300n), fc.bigInt(-longMax - 1n, longMax));
  }
}

import assert from "node:assert/strict";
import {
  create,
  type DescMessage,
  fromBinary,
  type Message,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import {
  FieldDescriptorProtoSchema,
  ListValueSchema,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { codecOf, decodeOrdinary, encodeOrdinary } from "./codec.ts";
import { messageTypeOf } from "./message_type.ts";
import { anyText, arbitraryMessage, plainText } from "./testing/arbitrary_message.ts";
import { everyKind } from "./testing/every_kind.ts";
import { generatedTypes } from "./testing/generated_types.ts";
import { unusualBytes } from "./testing/unusual_bytes.ts";

const generated = await generatedTypes();
const others = [FieldDescriptorProtoSchema, ListValueSchema, TimestampSchema];
const foreign = "test.Foreign";
const ours = [...generated, ...everyKind().filter((desc) => desc.typeName !== foreign)];
const all = [...generated, ...everyKind(), ...others];

function runsOf(desc: DescMessage): { numRuns: number } {
  return { numRuns: generated.includes(desc) ? 6 : 60 };
}

function depthOf(desc: DescMessage): number {
  return desc.typeName === "test.EveryKind" ? 1 : 2;
}

/** What comes of it, with the order of properties, which equality does not see. */
function outcomeOf(run: () => unknown): unknown {
  try {
    const value = run();
    return { value, order: orderOf(value) };
  } catch (error) {
    assert.ok(error instanceof Error);
    return { type: error.constructor, message: error.message };
  }
}

function orderOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return undefined;
  return Object.entries(value).map(([key, part]) => [key, orderOf(part)]);
}

function assertSameDecoding(desc: DescMessage, bytes: Uint8Array): void {
  assert.deepEqual(
    outcomeOf(() => codecOf(desc).decode(bytes)),
    outcomeOf(() => fromBinary(desc, bytes)),
  );
}

function assertSameEncoding(desc: DescMessage, message: Message): void {
  const shape = message as MessageShape<DescMessage>;
  assert.deepEqual(
    outcomeOf(() => codecOf(desc).encode(shape)),
    outcomeOf(() => toBinary(desc, shape)),
  );
}

Deno.test("proto/gen has types, and none of them is left to the library", () => {
  assert.ok(generated.length > 200, `${generated.length} types`);
  assert.deepEqual(ours.filter((desc) => messageTypeOf(desc).libraryOnly), []);
  assert.equal(codecOf(TimestampSchema), codecOf(TimestampSchema));
});

Deno.test("codec does ordinary messages of every type without the library", () => {
  for (const desc of ours) {
    const type = messageTypeOf(desc);
    const property = fc.property(arbitraryMessage(desc, plainText, depthOf(desc)), (message) => {
      const bytes = encodeOrdinary(type, message);
      assert.deepEqual(bytes, toBinary(desc, message));
      assert.deepEqual(decodeOrdinary(type, bytes), fromBinary(desc, bytes));
    });
    fc.assert(property, runsOf(desc));
  }
});

Deno.test("codec encodes and decodes any message of every type as the library does", () => {
  for (const desc of all) {
    const property = fc.property(arbitraryMessage(desc, anyText, depthOf(desc)), (message) => {
      assertSameEncoding(desc, message);
      const bytes = toBinary(desc, message);
      assertSameDecoding(desc, bytes);
      assertSameEncoding(desc, codecOf(desc).decode(bytes));
    });
    fc.assert(property, runsOf(desc));
  }
});

Deno.test("codec decodes unusual bytes of every type as the library does", () => {
  for (const desc of all) {
    const cases = arbitraryMessage(desc, anyText, 1)
      .chain((message) => unusualBytes(toBinary(desc, message)));
    fc.assert(fc.property(cases, (bytes) => assertSameDecoding(desc, bytes)), {
      numRuns: 2 * runsOf(desc).numRuns,
    });
  }
});

Deno.test("codec decodes bytes that end anywhere as the library does", () => {
  for (const desc of all) {
    for (
      const message of fc.sample(arbitraryMessage(desc, plainText, 1), { numRuns: 2, seed: 7 })
    ) {
      const bytes = toBinary(desc, message);
      const step = Math.ceil(bytes.length / 300);
      for (let end = 0; end < bytes.length; end += step) {
        assertSameDecoding(desc, bytes.subarray(0, end));
      }
    }
  }
});

Deno.test("codec reads packed lists unpacked, and unpacked ones packed", () => {
  const [packed, unpacked] = ["Packed", "Unpacked"].map((name) => typeNamed(`test.${name}`));
  assert.ok(packed && unpacked);
  const property = fc.property(arbitraryMessage(packed, plainText), (message) => {
    const bytes = toBinary(packed, message);
    const other = decodeOrdinary(messageTypeOf(unpacked), bytes);
    assert.deepEqual(other, fromBinary(unpacked, bytes));
    const again = encodeOrdinary(messageTypeOf(unpacked), other);
    assert.deepEqual(decodeOrdinary(messageTypeOf(packed), again), fromBinary(packed, again));
  });
  fc.assert(property, { numRuns: 40 });
});

Deno.test("codec refuses what is no value of its field as the library does", () => {
  const wrong = [
    null,
    undefined,
    1,
    1.5,
    -1,
    2 ** 40,
    2n ** 70n,
    -1n,
    "7",
    "x",
    true,
    [1],
    {},
    NaN,
  ];
  const wrongToo = [new Set([1]), Object.create({ $typeName: "x" }), new Uint8Array([1]), [[1]]];
  for (const desc of [typeNamed("test.EveryKind"), typeNamed("test.Packed")]) {
    for (const member of desc.members) {
      for (const value of [...wrong, ...wrongToo]) {
        assertSameEncoding(desc, { ...create(desc), [member.localName]: value });
        assertSameEncoding(desc, { ...create(desc), [member.localName]: [value] });
        assertSameEncoding(desc, { ...create(desc), [member.localName]: { key: value } });
        for (const name of ["case9", "case11", "case3"]) {
          assertSameEncoding(desc, { ...create(desc), [member.localName]: { case: name, value } });
        }
      }
    }
  }
});

Deno.test("codec refuses what is no message of its type as the library does", () => {
  const desc = typeNamed("test.EveryKind");
  const unknown = [{ no: 999, wireType: 0, data: new Uint8Array([1]) }];
  const circular: Record<string, unknown> = { ...create(desc) };
  circular.one11 = circular;
  const messages = [
    null,
    undefined,
    7,
    "text",
    {},
    { $typeName: desc.typeName },
    create(TimestampSchema),
    { ...create(desc), $unknown: unknown },
    Object.create(create(desc)),
    circular,
  ];
  for (const message of messages) assertSameEncoding(desc, message as Message);
  for (const bytes of [null, undefined, 7, "text", [8, 1], new ArrayBuffer(2)]) {
    assertSameDecoding(desc, bytes as unknown as Uint8Array);
  }
});

Deno.test("codec decodes messages however deep as the library does", () => {
  const desc = typeNamed("test.EveryKind");
  let message: Message = create(desc);
  for (let depth = 1; depth <= 105; depth++) {
    message = create(desc, { one11: message } as Record<string, unknown>);
    assertSameDecoding(desc, toBinary(desc, message));
    assertSameEncoding(desc, message);
  }
});

Deno.test("codec encodes a message whose getter encodes another", () => {
  const inner = create(TimestampSchema, { seconds: 5n });
  const outer = {
    ...create(TimestampSchema),
    get seconds() {
      return BigInt(codecOf(TimestampSchema).encode(inner).length);
    },
  };
  assertSameEncoding(TimestampSchema, outer);
});

Deno.test("codec keeps no buffer of a large message, and encodes as before", () => {
  const desc = typeNamed("test.EveryKind");
  for (const length of [3_000_000, 10, 70_000]) {
    assertSameEncoding(desc, create(desc, { one9: "ü".repeat(length) } as Record<string, unknown>));
  }
});

function typeNamed(name: string): DescMessage {
  const found = all.find((desc) => desc.typeName === name);
  assert.ok(found, name);
  return found;
}

import assert from "node:assert/strict";
import {
  clone,
  create,
  type DescMessage,
  equals,
  type Message,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import fc from "fast-check";
import { HandleCallbackResponseSchema } from "../../proto/gen/pay/v1/payment_internal_service_pb.ts";
import { type Product, ProductSchema } from "../../proto/gen/product/v1/product_pb.ts";
import {
  GetProductResponseSchema,
  ListProductsResponseSchema,
} from "../../proto/gen/product/v1/product_service_pb.ts";
import { codecOf } from "./codec.ts";
import { keepEncoded } from "./kept.ts";
import { messageTypeOf } from "./message_type.ts";
import { anyText, arbitraryMessage } from "./testing/arbitrary_message.ts";
import { everyKind } from "./testing/every_kind.ts";
import { generatedTypes } from "./testing/generated_types.ts";

const init = { id: 7n, name: "Kettle", images: ["/1.svg", "/2.svg"], stock: 3n };
const wrongBytes = new Uint8Array([8, 9]);

function isKept(schema: DescMessage, message: object): boolean {
  return messageTypeOf(schema).kept?.has(message) ?? false;
}

/** Tries to change everything in it; false if anything but single bytes could be. */
function resistsChange(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (value instanceof Uint8Array) {
    value.fill(7);
    return true;
  }
  const copy = value as Record<string, unknown>;
  const refused = [...Object.keys(copy), "added"].every((name) => !Reflect.set(copy, name, "x"));
  return refused && Object.values(copy).every(resistsChange);
}

Deno.test("keepEncoded() gives the message itself, which is encoded by copying", () => {
  const product = create(ProductSchema, init);
  assert.equal(keepEncoded(ProductSchema, product, wrongBytes), product);
  assert.deepEqual(codecOf(ProductSchema).encode(product), wrongBytes);
  const list = create(ListProductsResponseSchema, { products: [product, product] });
  assert.deepEqual(
    codecOf(ListProductsResponseSchema).encode(list),
    new Uint8Array([10, 2, 8, 9, 10, 2, 8, 9]),
  );
  const one = create(GetProductResponseSchema, { product });
  assert.deepEqual(codecOf(GetProductResponseSchema).encode(one), new Uint8Array([10, 2, 8, 9]));
});

Deno.test("keepEncoded() copies the bytes that it is given", () => {
  const bytes = wrongBytes.slice();
  const product = keepEncoded(ProductSchema, create(ProductSchema, init), bytes);
  bytes.fill(0);
  codecOf(ProductSchema).encode(product).fill(0);
  assert.deepEqual(codecOf(ProductSchema).encode(product), wrongBytes);
});

Deno.test("a kept message looks like any other, and its copies are not kept", () => {
  const product = keepEncoded(ProductSchema, create(ProductSchema, init));
  const plain = create(ProductSchema, init);
  assert.deepEqual(product, plain);
  assert.deepEqual(Reflect.ownKeys(product), Reflect.ownKeys(plain));
  assert.ok(equals(ProductSchema, product, plain));
  assert.deepEqual(toJson(ProductSchema, product), toJson(ProductSchema, plain));
  for (const copy of [{ ...product }, structuredClone(product), clone(ProductSchema, product)]) {
    assert.deepEqual(copy, plain);
    assert.equal(isKept(ProductSchema, copy), false);
  }
  const other = { ...product, name: "Pot" };
  assert.deepEqual(codecOf(ProductSchema).encode(other), toBinary(ProductSchema, other));
});

Deno.test("a kept message of any type cannot go stale", async () => {
  for (const desc of [...await generatedTypes(), ...everyKind()]) {
    const property = fc.property(arbitraryMessage(desc, anyText, 1), (message) => {
      const before = toBinary(desc, message);
      keepEncoded(desc, message);
      assert.deepEqual(codecOf(desc).encode(message), before);
      assert.ok(resistsChange(message));
      assert.deepEqual(codecOf(desc).encode(message), toBinary(desc, message));
    });
    fc.assert(property, { numRuns: 5 });
  }
});

Deno.test("a message with kept ones inside is encoded as one without", () => {
  const products = fc.array(fc.tuple(arbitraryMessage(ProductSchema, anyText), fc.boolean()));
  const property = fc.property(products, (all) => {
    const list = create(ListProductsResponseSchema, {
      products: all.map(([product, keep]) => {
        return keep ? keepEncoded(ProductSchema, asProduct(product)) : asProduct(product);
      }),
    });
    const expected = toBinary(ListProductsResponseSchema, list);
    assert.deepEqual(codecOf(ListProductsResponseSchema).encode(list), expected);
  });
  fc.assert(property);
});

Deno.test("a message with bytes or unknown fields is frozen, but not kept", () => {
  const answer = create(HandleCallbackResponseSchema, { body: new Uint8Array([1, 2]) });
  keepEncoded(HandleCallbackResponseSchema, answer);
  assert.equal(isKept(HandleCallbackResponseSchema, answer), false);
  assert.ok(Object.isFrozen(answer));
  const empty = keepEncoded(HandleCallbackResponseSchema, create(HandleCallbackResponseSchema));
  assert.ok(isKept(HandleCallbackResponseSchema, empty));
  const product = codecOf(ProductSchema).decode(new Uint8Array([...wrongBytes, 0xf8, 0x7f, 1]));
  assert.equal(product.$unknown?.length, 1);
  keepEncoded(ProductSchema, product);
  assert.equal(isKept(ProductSchema, product), false);
});

Deno.test("keepEncoded() refuses a message of another type", () => {
  const other: Message = create(GetProductResponseSchema);
  assert.throws(() => keepEncoded(ProductSchema as DescMessage, other), /cannot use field/);
});

function asProduct(message: Message): Product {
  return message as Product;
}

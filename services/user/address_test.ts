import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import fc from "fast-check";
import { AddressSchema } from "../../proto/gen/user/v1/address_pb.ts";
import { Refusal } from "../../shared/errors.ts";
import { type AddressDraft, narrowAddress } from "./address.ts";

const good: AddressDraft = {
  name: "苏小满",
  phone: "+86 138-0013-8000",
  province: "浙江省",
  city: "杭州市",
  district: "西湖区",
  detail: "文三路 1 号",
  postCode: "310012",
  isDefault: true,
};

/** `pointer reason` of each wrong field; nothing if the address is taken. */
function wrongs(change: Partial<AddressDraft>): string[] {
  try {
    narrowAddress(create(AddressSchema, { ...good, ...change }));
    return [];
  } catch (error) {
    assert.ok(error instanceof Refusal);
    assert.deepEqual([error.code, error.reason], [Code.InvalidArgument, "INVALID_ARGUMENT"]);
    return error.violations.map(({ pointer, reason }) => `${pointer} ${reason}`);
  }
}

Deno.test("narrowAddress() keeps what is written and nothing that only the service knows", () => {
  const message = create(AddressSchema, { ...good, name: " Zoe\u0301 ", id: 7n, userId: 8n });
  assert.deepEqual(narrowAddress(message), { ...good, name: "Zo\u00e9" });
});

Deno.test("narrowAddress() takes each field up to its limit and not beyond", () => {
  const limits = { name: 50, province: 50, city: 50, district: 50, detail: 200 } as const;
  for (const [field, max] of Object.entries(limits)) {
    assert.deepEqual(wrongs({ [field]: "😀".repeat(max) }), []);
    assert.deepEqual(wrongs({ [field]: "字".repeat(max + 1) }), [`/address/${field} TOO_LONG`]);
  }
  assert.deepEqual(wrongs({ district: "", postCode: "" }), []);
});

Deno.test("narrowAddress() names every wrong field at once", () => {
  assert.deepEqual(
    wrongs({ name: "", phone: " ", province: "\t", city: "", detail: "a\nb", postCode: "12_3" }),
    [
      "/address/name REQUIRED",
      "/address/province REQUIRED",
      "/address/city REQUIRED",
      "/address/detail MALFORMED",
      "/address/phone REQUIRED",
      "/address/post_code MALFORMED",
    ],
  );
  assert.throws(() => narrowAddress(undefined), { message: "/address: is required" });
});

Deno.test("narrowAddress() takes postal codes of many countries", () => {
  const taken = ["310012", "SW1A 1AA", "1234-567", "K1A 0B1", " 75001 "];
  const refused = ["-12345", "1234567890A", "12\u00a034", "１２３", "12;34"];
  assert.deepEqual(taken.map((postCode) => wrongs({ postCode })), taken.map(() => []));
  assert.deepEqual(
    refused.map((postCode) => wrongs({ postCode })),
    refused.map(() => ["/address/post_code MALFORMED"]),
  );
});

Deno.test("narrowAddress() takes again, as it is, what it has taken", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 60 });
  const texts = fc.record({ name: text, province: text, city: text, district: text, detail: text });
  let taken = 0;
  fc.assert(fc.property(texts, (some) => {
    if (wrongs(some).length > 0) return;
    taken++;
    const draft = narrowAddress(create(AddressSchema, { ...good, ...some }));
    assert.deepEqual(narrowAddress(create(AddressSchema, draft)), draft);
  }));
  assert.ok(taken > 0);
});

import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { AddressSchema as AddressMessage } from "../../proto/gen/user/v1/address_pb.ts";
import { addressJson, addressRequest, NewAddressSchema } from "./address.ts";

const body = {
  name: "苏小满",
  phone: "13800138000",
  province: "浙江省",
  city: "杭州市",
  detail: "文三路 1 号",
};

Deno.test("addressJson() shows an address, but not its owner's number", () => {
  const message = create(AddressMessage, {
    id: 4n,
    userId: 7n,
    ...body,
    district: "西湖区",
    postCode: "310012",
    isDefault: true,
    createTime: 1_700_000_000_000n,
    updateTime: 1_700_000_000_001n,
  });
  assert.deepEqual(addressJson(message), {
    id: 4,
    ...body,
    district: "西湖区",
    post_code: "310012",
    is_default: true,
    create_time: 1_700_000_000_000,
    update_time: 1_700_000_000_001,
  });
  assert.throws(() => addressJson(undefined), (error) => {
    return error instanceof ConnectError && error.code === Code.Internal;
  });
});

Deno.test("NewAddressSchema fills in what may be left out and drops what nobody may say", () => {
  const parsed = NewAddressSchema.parse({ ...body, id: 9, user_id: 8, create_time: 1 });
  const filled = { ...body, district: "", post_code: "", is_default: false };
  assert.deepEqual(parsed, filled);
  const { post_code: postCode, is_default: isDefault, ...same } = filled;
  assert.deepEqual(addressRequest(parsed), { ...same, postCode, isDefault });
});

Deno.test("NewAddressSchema counts characters as people do", () => {
  const pathsOf = (change: object) => {
    return NewAddressSchema.safeParse({ ...body, ...change }).error?.issues.map(({ path }) => {
      return path.join("/");
    }) ?? [];
  };
  assert.deepEqual(pathsOf({ name: "😀".repeat(50), detail: "字".repeat(200) }), []);
  assert.deepEqual(pathsOf({ name: "😀".repeat(51), detail: "", phone: 13_800_138_000 }), [
    "name",
    "phone",
    "detail",
  ]);
  assert.deepEqual(pathsOf({ city: "a\0b", district: "\ud800", is_default: "yes" }), [
    "city",
    "district",
    "is_default",
  ]);
});

import assert from "node:assert/strict";
import { AddressService } from "../../../proto/gen/user/v1/address_service_pb.ts";
import { UserInternalService } from "../../../proto/gen/user/v1/user_internal_service_pb.ts";
import { as, asService } from "../../../shared/rpc/testing/principals.ts";
import { insertUsers } from "../../../tests/support/user_rows.ts";
import { refusal, startUserBench } from "../../../tests/support/user_bench.ts";

/** An address with nothing wrong. */
const good = {
  name: "苏小满",
  phone: "13800138000",
  province: "浙江省",
  city: "杭州市",
  district: "西湖区",
  detail: "文三路 1 号",
  postCode: "310012",
};

Deno.test("AddressService", async (t) => {
  await using bench = await startUserBench();
  await insertUsers(bench.sql, [{ id: 1n }, { id: 2n }, { id: 3n }, { id: 4n }]);
  const addresses = bench.client(AddressService);
  const book = async (userId: bigint) => {
    return (await addresses.listAddresses({}, as(userId))).addresses;
  };
  const create = async (userId: bigint, more: object = {}) => {
    const { address } = await addresses.createAddress(
      { address: { ...good, ...more } },
      as(userId),
    );
    return address?.id ?? 0n;
  };

  await t.step("the first of a book is the default, and the default moves", async () => {
    const first = await create(1n, { name: " first " });
    const second = await create(1n, { name: "second" });
    assert.deepEqual((await book(1n)).map(({ name }) => name), ["first", "second"]);
    const address = { ...good, id: second, name: "second", isDefault: true };
    await addresses.updateAddress({ address }, as(1n));
    assert.deepEqual(
      (await book(1n)).map(({ id, isDefault }) => [id, isDefault]),
      [[second, true], [first, false]],
    );
    const third = await create(1n, { name: "third", isDefault: true });
    assert.deepEqual(
      (await book(1n)).filter(({ isDefault }) => isDefault).map(({ id }) => id),
      [third],
    );
  });

  await t.step("what is wrong is named, and nothing is written", async () => {
    const wrong = {
      name: "",
      phone: "no",
      province: "x".repeat(51),
      city: "a\0b",
      district: "\u202e",
      detail: " ",
      postCode: "12345678901",
    };
    assert.deepEqual(await refusal(addresses.createAddress({ address: wrong }, as(2n))), [
      "INVALID_ARGUMENT",
      ...["name", "province", "city", "district", "detail", "phone", "post_code"].map((field) => {
        return `/address/${field}`;
      }),
    ]);
    assert.deepEqual(await refusal(addresses.createAddress({}, as(2n))), [
      "INVALID_ARGUMENT",
      "/address",
    ]);
    assert.deepEqual(await book(2n), []);
  });

  await t.step("another's address does not exist", async () => {
    const [mine] = await book(1n);
    const addressId = mine?.id ?? 0n;
    const stranger = as(2n, "admin");
    const address = { ...good, id: addressId };
    assert.deepEqual(await refusal(addresses.getAddress({ addressId }, stranger)), [
      "ADDRESS_NOT_FOUND",
    ]);
    assert.deepEqual(await refusal(addresses.updateAddress({ address }, stranger)), [
      "ADDRESS_NOT_FOUND",
    ]);
    await addresses.deleteAddress({ addressId }, stranger);
    assert.deepEqual((await addresses.getAddress({ addressId }, as(1n))).address, mine);
    assert.deepEqual(await refusal(addresses.getAddress({}, as(1n))), ["ADDRESS_NOT_FOUND"]);
  });

  await t.step("a deleted address is gone from the book, and from the default", async () => {
    const [{ id: addressId } = { id: 0n }] = await book(1n);
    await addresses.deleteAddress({ addressId }, as(1n));
    await addresses.deleteAddress({ addressId }, as(1n));
    assert.deepEqual(await refusal(addresses.getAddress({ addressId }, as(1n))), [
      "ADDRESS_NOT_FOUND",
    ]);
    assert.deepEqual((await book(1n)).map(({ isDefault }) => isDefault), [false, false]);
    const internal = bench.client(UserInternalService);
    assert.deepEqual(await refusal(internal.getUserAddress({ userId: 1n }, asService())), [
      "ADDRESS_NOT_FOUND",
    ]);
    const [left] = await book(1n);
    const request = { userId: 1n, addressId: left?.id ?? 0n };
    assert.deepEqual((await internal.getUserAddress(request, asService())).address, left);
    const others = { ...request, userId: 2n };
    assert.deepEqual(await refusal(internal.getUserAddress(others, asService())), [
      "ADDRESS_NOT_FOUND",
    ]);
  });

  await t.step("twenty defaults at once leave one", async () => {
    await Promise.all(Array.from({ length: 20 }, () => create(3n, { isDefault: true })));
    const all = await book(3n);
    assert.deepEqual([all.length, all.filter(({ isDefault }) => isDefault).length], [20, 1]);
    await Promise.all(all.map((address) => {
      return addresses.updateAddress({ address: { ...address, isDefault: true } }, as(3n));
    }));
    assert.equal((await book(3n)).filter(({ isDefault }) => isDefault).length, 1);
  });

  await t.step("a book has fifty addresses, however many come at once", async () => {
    const settled = await Promise.allSettled(Array.from({ length: 60 }, () => create(4n)));
    assert.equal(settled.filter(({ status }) => status === "fulfilled").length, 50);
    assert.deepEqual(await refusal(addresses.createAddress({ address: good }, as(4n))), [
      "TOO_MANY_ADDRESSES",
    ]);
  });
});

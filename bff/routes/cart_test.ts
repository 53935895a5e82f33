import { Code, ConnectError } from "@connectrpc/connect";
import type { HandlerContext } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { CartService } from "../../proto/gen/cart/v1/cart_service_pb.ts";
import { ErrorDetailSchema } from "../../proto/gen/error/v1/error_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { as, asService } from "../../shared/rpc/testing/principals.ts";
import { testProduct, testProductCardJson } from "../testing/products.ts";
import { refusalOf } from "../testing/refusal.ts";
import { openShop } from "../testing/shop.ts";

const guestId = "guest-0123456789_ABCDE";
const guest = { headers: { "x-guest-id": guestId } };
const item = {
  productId: 3n,
  quantity: 2,
  checked: true,
  addedPriceFen: 2_500n,
  addedTime: 50n,
  updateTime: 60n,
};
const itemJson = { product_id: 3, count: 2, checked: true, added_time: 50, added_price: 25 };
const cartJson = {
  products: [{
    ...itemJson,
    product: testProductCardJson(3),
    price_changed: true,
    off_shelf: false,
    stock_short: false,
  }],
  available: true,
  total: 39.98,
};

interface Options {
  readonly headers: Readonly<Record<string, string>>;
}

function send(method: string, body: unknown, { headers }: Options): RequestInit {
  const json = { "content-type": "application/json" };
  if (body === undefined) return { method, headers };
  return { method, headers: { ...json, ...headers }, body: JSON.stringify(body) };
}

/** A shop whose cart service notes what it is asked and by whom, and refuses as told. */
function cartShop(refusal?: ConnectError) {
  const asked: [rpc: string, request: unknown, authorization: string | null][] = [];
  function note(
    { $typeName: type, $unknown: _unknown, ...request }: { $typeName: string; $unknown?: unknown },
    context: HandlerContext,
  ): void {
    const rpc = type.replace(/^cart\.v1\.(\w+)Request$/, "$1");
    asked.push([rpc, request, context.requestHeader.get("authorization")]);
    if (refusal !== undefined) throw refusal;
  }
  const shop = openShop((router) => {
    router.service(CartService, {
      listCartItems(request, context) {
        note(request, context);
        return { items: [item] };
      },
      addCartItem(request, context) {
        note(request, context);
        return { item };
      },
      updateCartItem(request, context) {
        note(request, context);
        return { item };
      },
      deleteCartItem(request, context) {
        note(request, context);
        return {};
      },
      checkCartItems(request, context) {
        note(request, context);
        return { items: [item] };
      },
      clearCart(request, context) {
        note(request, context);
        return {};
      },
      mergeGuestCart(request, context) {
        note(request, context);
        return { items: [item], droppedProductIds: [8n, 9n] };
      },
    });
    router.service(ProductService, {
      batchGetProducts: ({ productIds }) => ({ products: productIds.map(testProduct) }),
    });
  });
  return { shop, asked };
}

/** Every route for persons and guests, with a body that is right. */
const routes: readonly [method: string, path: string, body: unknown][] = [
  ["GET", "/v1/cart/list", undefined],
  ["POST", "/v1/cart/item", { product_id: 3, quantity: 2 }],
  ["PATCH", "/v1/cart/item/3", { quantity: 2 }],
  ["DELETE", "/v1/cart/item/3", undefined],
  ["POST", "/v1/cart/check", { all: true, checked: true }],
  ["DELETE", "/v1/cart", undefined],
];

Deno.test("the cart's routes pass on what is asked, of a person and of a guest", async () => {
  for (
    const [who, id, bearer] of [[as(7n), "", "Bearer 7-user"], [guest, guestId, null]] as const
  ) {
    const { shop, asked } = cartShop();
    using _open = shop;
    const answers: unknown[] = [];
    for (const [method, path, body] of routes) {
      const response = await shop.request(path, send(method, body, who));
      const text = await response.text();
      assert.equal(response.headers.get("cache-control"), "no-store");
      answers.push([response.status, text === "" ? "" : JSON.parse(text)]);
    }
    assert.deepEqual(answers, [
      [200, cartJson],
      [200, itemJson],
      [200, itemJson],
      [204, ""],
      [200, cartJson],
      [204, ""],
    ]);
    const name = { userId: 0n, guestId: id };
    assert.deepEqual(asked, [
      ["ListCartItems", name, bearer],
      ["AddCartItem", { ...name, productId: 3n, quantity: 2 }, bearer],
      ["UpdateCartItem", { ...name, productId: 3n, quantity: 2 }, bearer],
      ["DeleteCartItem", { ...name, productId: 3n }, bearer],
      ["CheckCartItems", { ...name, productIds: [], all: true, checked: true }, bearer],
      ["ClearCart", name, bearer],
    ]);
  }
});

Deno.test("PATCH /v1/cart/item/{product_id} passes on only what is to change", async () => {
  const { shop, asked } = cartShop();
  using _open = shop;
  for (const body of [{ checked: false }, { quantity: 1, checked: true }]) {
    await (await shop.request("/v1/cart/item/3", send("PATCH", body, as(7n)))).body?.cancel();
  }
  const name = { userId: 0n, guestId: "", productId: 3n };
  assert.deepEqual(asked.map(([_rpc, request]) => request), [
    { ...name, checked: false },
    { ...name, quantity: 1, checked: true },
  ]);
});

Deno.test("the cart's routes want a token or a guest's id, and not both", async () => {
  const { shop, asked } = cartShop();
  using _open = shop;
  const both = { headers: { ...as(7n).headers, ...guest.headers } };
  const cases: [query: string, who: Options, expected: unknown[]][] = [
    ["", { headers: {} }, [401, "UNAUTHENTICATED"]],
    ["", { headers: { authorization: "Basic x" } }, [401, "UNAUTHENTICATED"]],
    ["", { headers: { authorization: "Basic x", ...guest.headers } }, [401, "UNAUTHENTICATED"]],
    ["", asService(), [403, "NOT_A_PERSON"]],
    ["?uid=8", as(7n), [403, "NOT_YOUR_ACCOUNT"]],
    ["?uid=7", guest, [401, "UNAUTHENTICATED"]],
    ["", both, [400, "INVALID_ARGUMENT", "/x-guest-id"]],
    ["", { headers: { "x-guest-id": "" } }, [400, "INVALID_ARGUMENT", "/x-guest-id"]],
    ["", { headers: { "x-guest-id": "x".repeat(21) } }, [400, "INVALID_ARGUMENT", "/x-guest-id"]],
    ["", { headers: { "x-guest-id": "x".repeat(65) } }, [400, "INVALID_ARGUMENT", "/x-guest-id"]],
    ["", { headers: { "x-guest-id": `${guestId}!` } }, [400, "INVALID_ARGUMENT", "/x-guest-id"]],
  ];
  for (const [query, who, expected] of cases) {
    for (const [method, path, body] of routes) {
      const refused = await refusalOf(shop, `${path}${query}`, send(method, body, who));
      assert.deepEqual([method, path, refused], [method, path, expected]);
    }
  }
  assert.deepEqual(asked, []);
  for (const query of ["?uid=7", "?uid=0"]) {
    assert.equal((await shop.request(`/v1/cart/list${query}`, as(7n))).status, 200);
  }
  assert.equal((await shop.request("/v1/cart/list?uid=0", guest)).status, 200);
});

Deno.test("the cart's routes name what is wrong, before anybody is asked", async () => {
  const { shop, asked } = cartShop();
  using _open = shop;
  const ids = Array.from({ length: 201 }, (_, n) => n + 1);
  const cases: [method: string, path: string, body: unknown, expected: unknown[]][] = [
    ["POST", "item", {}, [422, "INVALID_ARGUMENT", "/product_id", "/quantity"]],
    ["POST", "item", { product_id: 0, quantity: 0 }, [
      422,
      "INVALID_ARGUMENT",
      "/product_id",
      "/quantity",
    ]],
    ["POST", "item", { product_id: 1, quantity: 1_000 }, [422, "INVALID_ARGUMENT", "/quantity"]],
    ["POST", "item", { product_id: 1, quantity: -1 }, [422, "INVALID_ARGUMENT", "/quantity"]],
    ["POST", "item", { product_id: 1, quantity: 1.5 }, [422, "INVALID_ARGUMENT", "/quantity"]],
    ["POST", "item", { product_id: "1", quantity: 1 }, [422, "INVALID_ARGUMENT", "/product_id"]],
    ["PATCH", "item/3", {}, [422, "INVALID_ARGUMENT", ""]],
    ["PATCH", "item/3", { quantity: 0 }, [422, "INVALID_ARGUMENT", "/quantity"]],
    ["PATCH", "item/3", { checked: "yes" }, [422, "INVALID_ARGUMENT", "/checked"]],
    ["PATCH", "item/0", { quantity: 1 }, [400, "INVALID_ARGUMENT", "/product_id"]],
    ["DELETE", "item/x", undefined, [400, "INVALID_ARGUMENT", "/product_id"]],
    ["POST", "check", {}, [422, "INVALID_ARGUMENT", "/checked"]],
    ["POST", "check", { product_ids: ids, checked: true }, [
      422,
      "INVALID_ARGUMENT",
      "/product_ids",
    ]],
    ["POST", "check", { product_ids: [0], checked: true }, [
      422,
      "INVALID_ARGUMENT",
      "/product_ids/0",
    ]],
    ["GET", "list?uid=x", undefined, [400, "INVALID_ARGUMENT", "/uid"]],
  ];
  for (const [method, path, body, expected] of cases) {
    const refused = await refusalOf(shop, `/v1/cart/${path}`, send(method, body, as(7n)));
    assert.deepEqual([path, body, refused], [path, body, expected]);
  }
  assert.deepEqual(asked, []);
});

Deno.test("the cart's routes tell the service's refusals by the members of the body", async () => {
  const cases: [Code, reason: string, pointers: string[], status: number][] = [
    [Code.NotFound, "PRODUCT_NOT_FOUND", [], 404],
    [Code.FailedPrecondition, "PRODUCT_OFF_SHELF", [], 409],
    [Code.InvalidArgument, "QUANTITY_TOO_HIGH", ["/quantity"], 422],
    [Code.ResourceExhausted, "CART_FULL", [], 429],
    [Code.Unavailable, "PRODUCT_UNAVAILABLE", [], 503],
  ];
  for (const [code, reason, pointers, status] of cases) {
    const violations = pointers.map((pointer) => ({ pointer, reason, message: "no" }));
    const detail = { desc: ErrorDetailSchema, value: { reason, violations } };
    const { shop } = cartShop(new ConnectError("no", code, undefined, [detail]));
    using _open = shop;
    const request = send("POST", { product_id: 3, quantity: 2 }, as(7n));
    assert.deepEqual(await refusalOf(shop, "/v1/cart/item", request), [
      status,
      reason,
      ...pointers,
    ]);
  }
});

Deno.test("POST /v1/cart/merge takes a guest's cart over, for a person alone", async () => {
  const { shop, asked } = cartShop();
  using _open = shop;
  const merge = (who: Options) => send("POST", { guest_id: guestId }, who);
  const response = await shop.request("/v1/cart/merge", merge(as(7n)));
  assert.deepEqual([response.status, await response.json()], [200, {
    ...cartJson,
    dropped_product_ids: [8, 9],
  }]);
  assert.deepEqual(asked, [["MergeGuestCart", { userId: 0n, guestId }, "Bearer 7-user"]]);
  assert.deepEqual(await refusalOf(shop, "/v1/cart/merge", merge(guest)), [401, "UNAUTHENTICATED"]);
  assert.deepEqual(await refusalOf(shop, "/v1/cart/merge?uid=8", merge(as(7n))), [
    403,
    "NOT_YOUR_ACCOUNT",
  ]);
  assert.deepEqual(await refusalOf(shop, "/v1/cart/merge", send("POST", {}, as(7n))), [
    422,
    "INVALID_ARGUMENT",
    "/guest_id",
  ]);
});

Deno.test("a page of another origin may send the guest's id", async () => {
  const { shop } = cartShop();
  using _open = shop;
  const preflight = await shop.request("/v1/cart/item", {
    method: "OPTIONS",
    headers: {
      origin: "https://shop.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,x-guest-id",
    },
  });
  const allowed = preflight.headers.get("access-control-allow-headers")?.split(/, ?/) ?? [];
  assert.deepEqual([preflight.status, allowed.includes("x-guest-id")], [204, true]);
});

Deno.test("/openapi.json says that the cart is a person's or a guest's", async () => {
  const { shop } = cartShop();
  using _open = shop;
  const document = await (await shop.request("/openapi.json")).json();
  const { "x-access": access, security } = document.paths["/v1/cart/list"].get;
  assert.deepEqual([access, security, document.components.securitySchemes.guest.name], [
    { caller: "anybody", stranger: "denied" },
    [{ bearer: [] }, { guest: [] }],
    "X-Guest-Id",
  ]);
});

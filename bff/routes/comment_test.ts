import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import type { FieldViolation } from "../../shared/errors.ts";
import { ErrorDetailSchema } from "../../proto/gen/error/v1/error_pb.ts";
import { CommentService } from "../../proto/gen/product/v1/comment_service_pb.ts";
import { UserInternalService } from "../../proto/gen/user/v1/user_internal_service_pb.ts";
import { as } from "../../shared/rpc/testing/principals.ts";
import { refusalOf } from "../testing/refusal.ts";
import { openShop } from "../testing/shop.ts";

const path = "/v1/product/comment";
const orderId = "2026110109153000048291300123";
const good = { order_id: orderId, product_id: 7, rating: 5, content: "very good 😀" };

interface Asked {
  readonly lists: unknown[];
  readonly users: bigint[][];
  readonly posts: unknown[];
}

/** A shop whose comments are by the users 11, 12, 11, and whose service refuses as told. */
function commentShop({ usersAway = false, refusal = undefined as ConnectError | undefined } = {}) {
  const asked: Asked = { lists: [], users: [], posts: [] };
  const shop = openShop((router) => {
    router.service(CommentService, {
      listComments({ productId, cursor, ps, lastId }) {
        asked.lists.push([productId, cursor, ps, lastId]);
        const comments = [11n, 12n, 11n].map((userId, n) => {
          return { id: BigInt(9 - n), productId, userId, rating: 4, content: `comment ${n}` };
        });
        return { comments, commentTime: 88n, lastId: 7n };
      },
      createComment({ $typeName: _type, ...request }) {
        asked.posts.push(request);
        if (refusal !== undefined) throw refusal;
        const { productId, userId, rating, content, imageUrls } = request;
        const images = imageUrls.map((url, n) => ({ id: BigInt(91 + n), url }));
        const createTime = 1_700_000_000_000n;
        return { comment: { id: 9n, productId, userId, rating, content, images, createTime } };
      },
    });
    router.service(UserInternalService, {
      batchGetUsers({ userIds }) {
        asked.users.push(userIds);
        if (usersAway) throw new ConnectError("away", Code.Unavailable);
        return { users: userIds.map((id) => ({ id, name: `user ${id}`, avatar: `/${id}.svg` })) };
      },
    });
  });
  return { ...shop, asked };
}

function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    method: "POST",
    body: text,
    headers: { "content-type": "application/json", ...as(123n).headers, ...headers },
  };
}

function invalid(violations: FieldViolation[]): ConnectError {
  const value = { reason: "INVALID_ARGUMENT", violations };
  const message = violations.map(({ pointer, message }) => `${pointer}: ${message}`).join("; ");
  return new ConnectError(message, Code.InvalidArgument, undefined, [
    { desc: ErrorDetailSchema, value },
  ]);
}

Deno.test("GET /v1/product/comment joins the authors of a page by one call", async () => {
  using shop = commentShop();
  const [status, body] = await shop.get(`${path}?product_id=7&cursor=99&ps=3&last_id=10`);
  const common = { product_id: 7, rating: 4, images: [], create_time: 0, update_time: 0 };
  const user = (id: number) => ({ id, name: `user ${id}`, avatar: `/${id}.svg` });
  assert.deepEqual([status, body], [200, {
    comments: [
      { ...common, id: 9, content: "comment 0", user: user(11) },
      { ...common, id: 8, content: "comment 1", user: user(12) },
      { ...common, id: 7, content: "comment 2", user: user(11) },
    ],
    is_end: false,
    comment_time: 88,
    last_id: 7,
  }]);
  assert.deepEqual(shop.asked, { lists: [[7n, 99n, 3, 10n]], users: [[11n, 12n]], posts: [] });
  await shop.get(`${path}?product_id=8`);
  assert.equal(shop.asked.users.length, 1);
});

Deno.test("GET /v1/product/comment names nobody while the user service is away", async () => {
  using shop = commentShop({ usersAway: true });
  const [status, body] = await shop.get(`${path}?product_id=7`);
  const { comments } = body as { comments: { user: unknown }[] };
  assert.deepEqual([status, comments.map(({ user }) => user)], [
    200,
    [11, 12, 11].map((id) => ({ id, name: "", avatar: "" })),
  ]);
  assert.ok(shop.lines.some((line) => line.includes("without authors")));
});

Deno.test("GET /v1/product/comment names what is wrong", async () => {
  using shop = commentShop();
  assert.deepEqual(await refusalOf(shop, `${path}?cursor=x&last_id=-1`), [
    ...[400, "INVALID_ARGUMENT", "/product_id", "/cursor", "/last_id"],
  ]);
});

Deno.test("POST /v1/product/comment passes on what belongs to it and nothing else", async () => {
  using shop = commentShop();
  const images = ["https://a.test/1.jpg", "https://a.test/2.jpg"];
  const smuggled = { user_id: 1, uid: 1, role: "admin", id: 1, price: 0, __proto__: { a: 1 } };
  const response = await shop.request(`${path}?uid=123`, post({ ...good, images, ...smuggled }));
  assert.deepEqual([response.status, response.headers.get("cache-control")], [201, "no-store"]);
  assert.deepEqual(await response.json(), {
    id: 9,
    product_id: 7,
    content: good.content,
    rating: 5,
    images: [{ id: 91, url: images[0] }, { id: 92, url: images[1] }],
    user: { id: 123, name: "user 123", avatar: "/123.svg" },
    create_time: 1_700_000_000_000,
    update_time: 0,
  });
  const { content, rating } = good;
  const request = { orderId, productId: 7n, rating, content, imageUrls: images, userId: 123n };
  assert.deepEqual(shop.asked.posts, [request]);
});

Deno.test("POST /v1/product/comment makes the product's pages old", async () => {
  using shop = commentShop();
  await shop.get(`${path}?product_id=7`);
  await shop.get(`${path}?product_id=8`);
  await shop.request(`${path}?uid=123`, post(good));
  assert.equal(shop.hot.size, 1);
});

Deno.test("POST /v1/product/comment names each wrong member, 422", async () => {
  using shop = commentShop();
  const cases: [Record<string, unknown>, ...string[]][] = [
    [{ order_id: "7" }, "/order_id"],
    [{ order_id: 7 }, "/order_id"],
    [{ product_id: 0 }, "/product_id"],
    [{ product_id: "7" }, "/product_id"],
    [{ product_id: 1.5 }, "/product_id"],
    [{ product_id: 9_007_199_254_740_993 }, "/product_id"],
    [{ rating: 0 }, "/rating"],
    [{ rating: 6 }, "/rating"],
    [{ rating: "5" }, "/rating"],
    [{ rating: 4.5 }, "/rating"],
    [{ content: "" }, "/content"],
    [{ content: "x".repeat(1_001) }, "/content"],
    [{ content: "a\0b" }, "/content"],
    [{ content: "\ud800" }, "/content"],
    [{ content: null, rating: undefined }, "/rating", "/content"],
    [{ images: "https://a.test/1.jpg" }, "/images"],
    [{ images: Array(10).fill("https://a.test/1.jpg") }, "/images"],
    [{ images: ["https://a.test/1.jpg", 5, ""] }, "/images/1", "/images/2"],
  ];
  for (const [wrong, ...pointers] of cases) {
    const refusal = await refusalOf(shop, `${path}?uid=123`, post({ ...good, ...wrong }));
    assert.deepEqual([wrong, ...refusal], [wrong, 422, "INVALID_ARGUMENT", ...pointers]);
  }
  assert.deepEqual(shop.asked.posts, []);
});

Deno.test("POST /v1/product/comment points at its own members when the service refuses", async () => {
  const refusal = invalid([
    { pointer: "/image_urls/3", reason: "PRIVATE_HOST", message: "is in a private network" },
    { pointer: "/content", reason: "EMPTY", message: "must not be blank" },
  ]);
  using shop = commentShop({ refusal });
  const response = await shop.request(`${path}?uid=123`, post(good));
  const { status, detail, reason, errors } = await response.json();
  assert.deepEqual([response.status, status, reason], [422, 422, "INVALID_ARGUMENT"]);
  assert.equal(detail, "images/3 is in a private network; content must not be blank");
  assert.deepEqual(errors, [
    { pointer: "/images/3", reason: "PRIVATE_HOST", message: "is in a private network" },
    { pointer: "/content", reason: "EMPTY", message: "must not be blank" },
  ]);
});

Deno.test("POST /v1/product/comment keeps the status of every other refusal", async () => {
  const cases: [Code, number][] = [
    [Code.NotFound, 404],
    [Code.FailedPrecondition, 409],
    [Code.AlreadyExists, 409],
    [Code.PermissionDenied, 403],
    [Code.Unavailable, 503],
    [Code.Internal, 500],
  ];
  for (const [code, status] of cases) {
    using shop = commentShop({ refusal: new ConnectError("no", code) });
    const response = await shop.request(`${path}?uid=123`, post(good));
    await response.body?.cancel();
    assert.deepEqual([Code[code], response.status], [Code[code], status]);
  }
});

Deno.test("POST /v1/product/comment wants a person, and JSON", async () => {
  using shop = commentShop();
  const nobody = { ...post(good), headers: { "content-type": "application/json" } };
  assert.deepEqual(await refusalOf(shop, path, nobody), [401, "UNAUTHENTICATED"]);
  assert.deepEqual(await refusalOf(shop, `${path}?uid=124`, post(good)), [
    403,
    "NOT_YOUR_ACCOUNT",
  ]);
  const text = JSON.stringify(good);
  const nested = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  const cases: [string, RequestInit, number][] = [
    ["a byte order mark", post(`\ufeff${text}`), 201],
    ["a doubled key", post(text.replace("{", '{"rating":99,')), 201],
    ["NUL before", post(`\0${text}`), 400],
    ["NUL after", post(`${text}\0`), 400],
    ["half a JSON", post(text.slice(0, -1)), 400],
    ["nothing", post(""), 400],
    ["nothing of no type", post("", { "content-type": "" }), 422],
    ["no body", { method: "POST", ...as(123n) }, 422],
    ["an empty stream", { ...as(123n), method: "POST", body: new Blob().stream() }, 422],
    ["deep nesting", post(nested), 422],
    ["deep nesting without end", post("[".repeat(100_000)), 400],
    ["a list", post([good]), 422],
    ["null", post("null"), 422],
    ["text", post(text, { "content-type": "text/plain" }), 415],
    ["a form", post("a=1", { "content-type": "application/x-www-form-urlencoded" }), 415],
    ["protobuf", post(text, { "content-type": "application/proto" }), 415],
  ];
  for (const [what, init, status] of cases) {
    const response = await shop.request(`${path}?uid=123`, init);
    const body = await response.json();
    assert.deepEqual([what, response.status], [what, status], JSON.stringify(body));
    if (status === 201) continue;
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    assert.equal(body.status, status);
  }
});

import {
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
  type HandlerContext,
} from "@connectrpc/connect";
import assert from "node:assert/strict";
import { ErrorDetailSchema } from "../../../proto/gen/error/v1/error_pb.ts";
import {
  type GetCommentRightRequest,
  OrderInternalService,
} from "../../../proto/gen/order/v1/order_internal_service_pb.ts";
import { CommentService } from "../../../proto/gen/product/v1/comment_service_pb.ts";
import { createStaticDirectory } from "../../../shared/discovery/static_hosts.ts";
import { createLogger } from "../../../shared/log.ts";
import { authentication } from "../../../shared/rpc/authentication.ts";
import { requestIdHeader } from "../../../shared/rpc/call.ts";
import { deadline } from "../../../shared/rpc/deadline.ts";
import { errorMapping } from "../../../shared/rpc/error_mapping.ts";
import { testOrderId } from "../../../tests/support/order_rows.ts";
import { as, verifyTestToken } from "../../../shared/rpc/testing/principals.ts";
import { insertProducts } from "../../../tests/support/product_rows.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { createClients } from "../clients.ts";
import { createCommentStore } from "../store/comments.ts";
import { type CommentServiceOptions, createCommentService } from "./comments.ts";

const silent = createLogger({ level: "error", write: () => {} });

/** The order service as a neighbour: says what it is told to, and notes what it was asked. */
function createNeighbour() {
  const asked: { request: GetCommentRightRequest; requestId: string | null; timed: boolean }[] = [];
  const neighbour = {
    asked,
    answer: (): { allowed: boolean; reason: string } => ({ allowed: true, reason: "" }),
  };
  const transport = createRouterTransport((router) => {
    router.service(OrderInternalService, {
      getCommentRight(request: GetCommentRightRequest, context: HandlerContext) {
        const requestId = context.requestHeader.get(requestIdHeader);
        asked.push({ request, requestId, timed: context.timeoutMs() !== undefined });
        return neighbour.answer();
      },
    });
  });
  return { neighbour, orders: createClient(OrderInternalService, transport) };
}

function serve(options: CommentServiceOptions) {
  const service = createCommentService(options);
  const transport = createRouterTransport(
    (router) => void router.service(CommentService, service),
    {
      router: {
        interceptors: [
          errorMapping(silent),
          deadline({ timeoutMs: 5_000, timeoutMaxMs: 5_000 }),
          authentication(verifyTestToken),
        ],
      },
    },
  );
  return createClient(CommentService, transport);
}

async function startService() {
  const database = await createServiceDatabase("product");
  await insertProducts(database.sql, [{ id: 1n }, { id: 2n }, { id: 3n }]);
  const store = createCommentStore(database.sql);
  const { neighbour, orders } = createNeighbour();
  return {
    sql: database.sql,
    store,
    neighbour,
    client: serve({ store, orders }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

let nextOrder = 1;

/** A comment on an order of its own. */
function wanted() {
  return {
    orderId: testOrderId(nextOrder++),
    productId: 1n,
    rating: 5,
    content: "Arrived in a day.",
    imageUrls: ["https://img.example.com/a.jpg"],
    userId: 7n,
  };
}

/** Code and reason of a refusal, and the fields that it names. */
async function refusal(call: Promise<unknown>): Promise<unknown[]> {
  const error = await call.then(() => undefined, (error) => error);
  assert.ok(error instanceof ConnectError);
  const detail = error.findDetails(ErrorDetailSchema)[0];
  return [error.code, detail?.reason, ...detail?.violations.map(({ pointer }) => pointer) ?? []];
}

Deno.test("CommentService.CreateComment", async (t) => {
  await using service = await startService();
  const { client, neighbour, store } = service;

  await t.step(
    "posts a comment that the order allows, and shows its author the order",
    async () => {
      const request = wanted();
      const { comment } = await client.createComment(request, as(7n));
      const { $typeName: _, id, createTime, updateTime, images, ...same } = comment ?? fail();
      const { imageUrls: _urls, ...kept } = request;
      assert.deepEqual(same, kept);
      assert.deepEqual(
        images.map(({ id, url }) => ({ id, url })),
        [{ id: id * 10n + 1n, url: "https://img.example.com/a.jpg" }],
      );
      assert.ok(createTime > 0n && createTime === updateTime);
    },
  );

  await t.step("asks the order service on behalf of the call", async () => {
    neighbour.asked.length = 0;
    const { orderId, ...rest } = wanted();
    const headers = { [requestIdHeader]: "request-0001" };
    await client.createComment({ ...rest, orderId }, {
      headers: { ...headers, ...as(7n).headers },
    });
    assert.deepEqual(
      neighbour.asked.map(({ request: { $typeName: _, ...request }, requestId, timed }) => {
        return { ...request, requestId, timed };
      }),
      [{ userId: 7n, orderId, productId: 1n, requestId: "request-0001", timed: true }],
    );
  });

  await t.step("takes the author from the token, and believes no other", async () => {
    const { comment } = await client.createComment({ ...wanted(), userId: 0n }, as(42n));
    assert.equal(comment?.userId, 42n);
    const refused = await refusal(client.createComment({ ...wanted(), userId: 7n }, as(42n)));
    assert.deepEqual(refused, [Code.PermissionDenied, "NOT_YOUR_ACCOUNT"]);
    assert.deepEqual(await refusal(client.createComment(wanted())), [
      Code.Unauthenticated,
      "UNAUTHENTICATED",
    ]);
  });

  await t.step("refuses what the order does not allow, with the order's reason", async () => {
    const cases: [string, Code][] = [
      ["ORDER_NOT_FOUND", Code.NotFound],
      ["ITEM_NOT_IN_ORDER", Code.FailedPrecondition],
      ["ORDER_NOT_RECEIVED", Code.FailedPrecondition],
    ];
    for (const [reason, code] of cases) {
      neighbour.answer = () => ({ allowed: false, reason });
      const request = wanted();
      assert.deepEqual(await refusal(client.createComment(request, as(7n))), [code, reason]);
      assert.deepEqual(await store.commentedProducts(7n, [request.orderId]), []);
    }
    neighbour.answer = () => ({ allowed: true, reason: "" });
  });

  await t.step("says Unavailable, and writes nothing, when the order service is away", async () => {
    const request = wanted();
    for (const code of [Code.Unavailable, Code.DeadlineExceeded, Code.ResourceExhausted]) {
      neighbour.answer = () => {
        throw new ConnectError("away", code);
      };
      const refused = await refusal(client.createComment(request, as(7n)));
      assert.deepEqual(refused, [Code.Unavailable, "ORDER_UNAVAILABLE"]);
    }
    neighbour.answer = () => ({ allowed: true, reason: "" });
    assert.deepEqual(await store.commentedProducts(7n, [request.orderId]), []);
    await client.createComment(request, as(7n));
  });

  await t.step("blames no buyer for what the order service says against us", async () => {
    for (const code of [Code.Unauthenticated, Code.InvalidArgument, Code.Unimplemented]) {
      neighbour.answer = () => {
        throw new ConnectError("secret", code);
      };
      const refused = await refusal(client.createComment(wanted(), as(7n)));
      assert.deepEqual(refused, [Code.Internal, "INTERNAL"]);
    }
    neighbour.answer = () => ({ allowed: true, reason: "" });
  });

  await t.step("asks nobody about a request that makes no sense", async () => {
    neighbour.asked.length = 0;
    const imageUrls = ["https://img.example.com/a.jpg", "http://169.254.169.254/"];
    const request = { ...wanted(), content: " \n", rating: 6, imageUrls };
    assert.deepEqual(await refusal(client.createComment(request, as(7n))), [
      Code.InvalidArgument,
      "INVALID_ARGUMENT",
      "/rating",
      "/content",
      "/image_urls/1",
    ]);
    assert.deepEqual(neighbour.asked, []);
  });

  await t.step("refuses a second comment, and a product that is gone", async () => {
    const request = wanted();
    await client.createComment(request, as(7n));
    assert.deepEqual(await refusal(client.createComment(request, as(7n))), [
      Code.AlreadyExists,
      "COMMENT_EXISTS",
    ]);
    assert.deepEqual(await refusal(client.createComment({ ...wanted(), productId: 99n }, as(7n))), [
      Code.NotFound,
      "PRODUCT_NOT_FOUND",
    ]);
  });

  await t.step("gives back every text exactly as it was written", async () => {
    const contents = [
      "<img src=x onerror=alert(1)> & \"quotes\" 'and' `ticks`",
      "'; DROP TABLE comment; --",
      "e\u0301 is not \u00e9",
      "zero\u200bwidth \u202eשלום\u202c",
      "👩‍👩‍👧‍👦🏳️‍🌈",
      "😀".repeat(1_000),
      "  a\tb\n",
    ];
    for (const content of contents) {
      const { comment } = await client.createComment(
        { ...wanted(), productId: 3n, content },
        as(7n),
      );
      assert.equal(comment?.content, content);
    }
    const { comments } = await client.listComments({ productId: 3n });
    assert.deepEqual(comments.map(({ content }) => content), contents.toReversed());
    const tooLong = { ...wanted(), content: "😀".repeat(1_001) };
    assert.deepEqual(await refusal(client.createComment(tooLong, as(7n))), [
      Code.InvalidArgument,
      "INVALID_ARGUMENT",
      "/content",
    ]);
  });
});

Deno.test("CommentService.CreateComment without an order service", async () => {
  await using service = await startService();
  // A port that was free a moment ago: nobody listens there.
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  const hosts = new Map([["order", [`http://127.0.0.1:${port}`]]]);
  await using directory = createStaticDirectory(hosts);
  const { orders } = createClients(directory, { tokenFor: () => Promise.resolve("token") });
  const client = serve({ store: service.store, orders });
  assert.deepEqual(await refusal(client.createComment(wanted(), as(7n))), [
    Code.Unavailable,
    "ORDER_UNAVAILABLE",
  ]);
  assert.deepEqual([...await service.sql`SELECT id FROM comment`], []);
});

Deno.test("CommentService.ListComments", async (t) => {
  await using service = await startService();
  const { client } = service;
  const ids: bigint[] = [];
  for (const userId of [7n, 8n, 7n]) {
    const { comment } = await client.createComment(
      { ...wanted(), productId: 2n, userId },
      as(userId),
    );
    ids.unshift(comment?.id ?? fail());
  }
  // All at one time: only the ids tell them apart.
  await service.sql`UPDATE comment SET create_time = to_timestamp(5)`;

  await t.step("pages newest first and tells where to go on", async () => {
    const first = await client.listComments({ productId: 2n, ps: 2 });
    const { commentTime: cursor, lastId } = first;
    assert.deepEqual(
      [first.comments.map(({ id }) => id), first.isEnd, cursor, lastId],
      [ids.slice(0, 2), false, 5_000n, ids[1]],
    );
    const second = await client.listComments({ productId: 2n, ps: 2, cursor, lastId });
    assert.deepEqual([second.comments.map(({ id }) => id), second.isEnd], [ids.slice(2), true]);
  });

  await t.step("shows the order of a comment to nobody but its author", async () => {
    const shown = async (options?: ReturnType<typeof as>) => {
      const { comments } = await client.listComments({ productId: 2n }, options);
      return comments.map(({ userId, orderId }) => [userId, orderId !== ""]);
    };
    assert.deepEqual(await shown(), [[7n, false], [8n, false], [7n, false]]);
    assert.deepEqual(await shown(as(7n)), [[7n, true], [8n, false], [7n, true]]);
  });

  await t.step("answers an empty page for an unknown product, and wants one", async () => {
    const { $typeName: _, ...page } = await client.listComments({ productId: 999n });
    assert.deepEqual(page, { comments: [], isEnd: true, commentTime: 0n, lastId: 0n });
    assert.deepEqual(await refusal(client.listComments({})), [
      Code.InvalidArgument,
      "INVALID_ARGUMENT",
      "/product_id",
    ]);
  });
});

Deno.test("CommentService.ListCommentedProducts answers the caller's own", async () => {
  await using service = await startService();
  const { client } = service;
  const mine = wanted();
  const { comment } = await client.createComment(mine, as(7n));
  const theirs = { ...wanted(), userId: 8n };
  await client.createComment(theirs, as(8n));
  const orderIds = [mine.orderId, theirs.orderId];
  const expected = [{ orderId: mine.orderId, productId: 1n, commentId: comment?.id }];
  for (
    const answer of [
      await client.listCommentedProducts({ orderIds, userId: 7n }, as(7n)),
      await client.listCommentedProducts({ orderIds }, as(7n)),
    ]
  ) {
    assert.deepEqual(answer.items.map(({ $typeName: _, ...item }) => item), expected);
  }
  assert.deepEqual((await client.listCommentedProducts({ userId: 7n }, as(7n))).items, []);
  const others = client.listCommentedProducts({ orderIds, userId: 8n }, as(7n));
  assert.deepEqual(await refusal(others), [Code.PermissionDenied, "NOT_YOUR_ACCOUNT"]);
});

function fail(): never {
  throw new Error("nothing came back");
}

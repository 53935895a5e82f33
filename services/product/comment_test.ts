import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import {
  CreateCommentRequestSchema,
  ListCommentedProductsRequestSchema,
  ListCommentsRequestSchema,
} from "../../proto/gen/product/v1/comment_service_pb.ts";
import { Refusal } from "../../shared/errors.ts";
import {
  commentImageId,
  narrowCreateComment,
  narrowListCommentedProducts,
  narrowListComments,
} from "./comment.ts";

const good = {
  orderId: "2022060912345678904829130123",
  productId: 7n,
  rating: 5,
  content: "Arrived in a day.",
  imageUrls: ["https://img.example.com/a.jpg"],
};

function narrow(change: MessageInitShape<typeof CreateCommentRequestSchema> = {}) {
  return narrowCreateComment(create(CreateCommentRequestSchema, { ...good, ...change }));
}

/** `pointer reason` of each violation; empty when the request is taken. */
function violationsOf(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    assert.ok(error instanceof Refusal);
    assert.deepEqual([error.code, error.reason], [Code.InvalidArgument, "INVALID_ARGUMENT"]);
    return error.violations.map(({ pointer, reason }) => `${pointer} ${reason}`);
  }
}

Deno.test("narrowCreateComment() takes a comment as it was written", () => {
  const { imageUrls: images, ...same } = good;
  assert.deepEqual(narrow(), { ...same, images });
  assert.deepEqual(narrow({ imageUrls: [] }).images, []);
});

Deno.test("narrowCreateComment() alters no content", () => {
  const contents = [
    "  spaces around, a tab\tand\ntwo\n\nlines  ",
    "<script>alert(1)</script> & <b>bold</b>",
    "' OR 1=1; DROP TABLE comment; --",
    "e\u0301 and \u00e9 stay what they are",
    "zero\u200bwidth, \u200fright to left: שלום \u202emarks\u202c",
    "👩‍👩‍👧‍👦 ✈️ 🇨🇳",
    "很好，第二天就到了。",
    "\ufeffa mark in front",
    ".",
    "x".repeat(1_000),
    "😀".repeat(1_000),
  ];
  assert.deepEqual(contents.map((content) => narrow({ content }).content), contents);
});

Deno.test("narrowCreateComment() refuses content by name", () => {
  const cases: [string, string][] = [
    ["", "EMPTY"],
    [" \t\n\u00a0\u3000\u2028", "EMPTY"],
    ["\u200b\u200d\u2060\ufeff\u202e\u00ad\u3164", "EMPTY"],
    ["x".repeat(1_001), "TOO_LONG"],
    ["😀".repeat(1_001), "TOO_LONG"],
    ["😀".repeat(500_000), "TOO_LONG"],
    ["nul \u0000", "CONTROL_CHARACTER"],
    ["carriage\r\nreturn", "CONTROL_CHARACTER"],
    ["escape \u001b[31m", "CONTROL_CHARACTER"],
    ["delete \u007f", "CONTROL_CHARACTER"],
    ["c1 \u0085", "CONTROL_CHARACTER"],
    ["half \ud83d of a pair", "MALFORMED"],
    ["\ude00", "MALFORMED"],
  ];
  assert.deepEqual(
    cases.map(([content]) => violationsOf(() => narrow({ content }))),
    cases.map(([, reason]) => [`/content ${reason}`]),
  );
});

Deno.test("narrowCreateComment() refuses ratings, ids and pictures by name", () => {
  const url = "https://img.example.com/a.jpg";
  const cases: [MessageInitShape<typeof CreateCommentRequestSchema>, string[]][] = [
    [{ rating: 0 }, ["/rating OUT_OF_RANGE"]],
    [{ rating: 6 }, ["/rating OUT_OF_RANGE"]],
    [{ rating: -1 }, ["/rating OUT_OF_RANGE"]],
    [{ rating: 1 }, []],
    [{ orderId: "" }, ["/order_id MALFORMED"]],
    [{ orderId: "1".repeat(33) }, ["/order_id MALFORMED"]],
    [{ orderId: "1".repeat(24) + "\n" }, ["/order_id MALFORMED"]],
    [{ productId: 0n }, ["/product_id REQUIRED"]],
    [{ productId: -(2n ** 63n) }, ["/product_id REQUIRED"]],
    [{ productId: 2n ** 63n - 1n }, []],
    [{ imageUrls: Array(9).fill(url) }, []],
    [{ imageUrls: Array(10).fill(url) }, ["/image_urls TOO_MANY"]],
    [{ imageUrls: Array(5_000).fill("x".repeat(9)) }, [
      "/image_urls TOO_MANY",
      ...Array.from({ length: 9 }, (_, n) => `/image_urls/${n} MALFORMED`),
    ]],
    [{ imageUrls: [url, url, url, "http://0x7f.1/"] }, ["/image_urls/3 PRIVATE_ADDRESS"]],
    [{ imageUrls: ["/images/comment/1-1.svg"] }, ["/image_urls/0 MALFORMED"]],
  ];
  assert.deepEqual(
    cases.map(([change]) => violationsOf(() => narrow(change))),
    cases.map(([, expected]) => expected),
  );
});

Deno.test("narrowCreateComment() names every wrong field at once", () => {
  assert.deepEqual(violationsOf(() => narrowCreateComment(create(CreateCommentRequestSchema))), [
    "/order_id MALFORMED",
    "/product_id REQUIRED",
    "/rating OUT_OF_RANGE",
    "/content EMPTY",
  ]);
});

Deno.test("narrowListComments() forgives the page size and reads the cursor", () => {
  const asked = { productId: 7n, cursor: 5n, lastId: 3n, ps: 51 };
  assert.deepEqual(narrowListComments(create(ListCommentsRequestSchema, asked)), {
    productId: 7n,
    after: { value: 5n, lastId: 3n },
    ps: 20,
  });
});

Deno.test("narrowListComments() wants a product", () => {
  const refused = [0n, -1n].map((productId) => {
    return violationsOf(() => narrowListComments(create(ListCommentsRequestSchema, { productId })));
  });
  assert.deepEqual(refused, [["/product_id REQUIRED"], ["/product_id REQUIRED"]]);
});

Deno.test("narrowListCommentedProducts() takes up to 50 orders, each once", () => {
  const ask = (orderIds: string[]) => {
    return narrowListCommentedProducts(create(ListCommentedProductsRequestSchema, { orderIds }));
  };
  assert.deepEqual(ask([good.orderId, good.orderId]), [good.orderId]);
  assert.deepEqual(violationsOf(() => ask(Array(51).fill(good.orderId))), ["/order_ids TOO_MANY"]);
  assert.deepEqual(violationsOf(() => ask([good.orderId, "x"])), ["/order_ids/1 MALFORMED"]);
});

Deno.test("commentImageId() numbers nine pictures of each comment apart", () => {
  const ids = [1n, 2n, 922_337_203_685_477_580n - 1n].flatMap((id) => {
    return Array.from({ length: 9 }, (_, index) => commentImageId(id, index));
  });
  assert.deepEqual(ids.slice(0, 11), [11n, 12n, 13n, 14n, 15n, 16n, 17n, 18n, 19n, 21n, 22n]);
  assert.equal(new Set(ids).size, 27);
  assert.ok(ids.every((id) => id > 0n && id < 2n ** 63n));
});

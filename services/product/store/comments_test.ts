import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import fc from "fast-check";
import { CommentPostedSchema } from "../../../proto/gen/product/v1/product_event_pb.ts";
import { Refusal } from "../../../shared/errors.ts";
import { eventMessage } from "../../../shared/messaging/event.ts";
import type { Cursor } from "../../../shared/paging.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { testOrderId } from "../../../tests/support/order_rows.ts";
import { insertProducts } from "../../../tests/support/product_rows.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { createCommentStore, type NewComment } from "./comments.ts";

let nextOrder = 1;

/** A comment on an order of its own. */
function draft(change: Partial<NewComment> = {}): NewComment {
  return {
    orderId: testOrderId(nextOrder++),
    productId: 1n,
    userId: 7n,
    rating: 4,
    content: "good",
    images: [],
    ...change,
  };
}

/** Comments of chosen times, in Unix milliseconds; answers their ids. */
async function insertComments(
  sql: Sql,
  productId: bigint,
  times: readonly number[],
): Promise<bigint[]> {
  if (times.length === 0) return [];
  const rows = times.map((ms) => {
    const { images: _none, userId, orderId, rating, content } = draft();
    const at = new Date(ms);
    return {
      product_id: productId,
      order_id: orderId,
      user_id: userId,
      rating,
      content,
      create_time: at,
      update_time: at,
    };
  });
  const inserted = await sql<{ id: bigint }[]>`INSERT INTO comment ${sql(rows)} RETURNING id`;
  return inserted.map(({ id }) => id);
}

/** Rows of the three tables that a comment goes into. */
async function counts(sql: Sql) {
  const [row] = await sql`
    SELECT (SELECT count(*) FROM comment) AS comments,
           (SELECT count(*) FROM product_count) AS counted,
           (SELECT count(*) FROM outbox) AS events`;
  return { ...row };
}

function refusedWith(code: Code, reason: string) {
  return (error: unknown) => {
    assert.ok(error instanceof Refusal);
    assert.deepEqual([error.code, error.reason], [code, reason]);
    return true;
  };
}

Deno.test("createComment()", async (t) => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  const store = createCommentStore(sql);
  await insertProducts(sql, [{ id: 1n }, { id: 2n }]);

  await t.step("writes the comment, its part of the rating and its event together", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const images = ["https://a.example.com/1,2.jpg", "https://b.example.com/%22.jpg"];
    const wanted = draft({ rating: 3, images });
    const { id, createTime, updateTime, ...kept } = await store.createComment(wanted, {
      traceparent,
    });
    assert.deepEqual(kept, wanted);
    assert.ok(id > 0n && createTime === updateTime);
    assert.ok(Math.abs(Date.now() - Number(createTime)) < 60_000);
    assert.deepEqual(await store.listComments(1n, undefined, 9), [
      { id, createTime, updateTime, ...wanted },
    ]);
    const counted = await sql`
      SELECT product_id, sales, rating_sum, rating_count FROM product_count`;
    assert.deepEqual([...counted], [
      { product_id: 1n, sales: 0n, rating_sum: 3n, rating_count: 1n },
    ]);
    const [event] = await sql<{ subject: string; traceparent: string; payload: Uint8Array }[]>`
      SELECT subject, traceparent, payload FROM outbox`;
    assert.deepEqual([event?.subject, event?.traceparent], ["product.comment_posted", traceparent]);
    const { $typeName: _, ...posted } = eventMessage(
      CommentPostedSchema,
      event?.payload ?? new Uint8Array(),
    );
    const { orderId, productId, userId, rating } = wanted;
    assert.deepEqual(posted, { commentId: id, productId, orderId, userId, rating, createTime });
  });

  await t.step("leaves the product's own row alone", async () => {
    const [row] = await sql`SELECT version, rating_sum, rating_count FROM product WHERE id = 1`;
    assert.deepEqual({ ...row }, { version: 1n, rating_sum: 0n, rating_count: 0n });
  });

  await t.step("refuses a second comment on the item, and leaves no trace of it", async () => {
    const first = draft({ productId: 2n });
    await store.createComment(first);
    const before = await counts(sql);
    const again = store.createComment({ ...first, content: "once more" });
    await assert.rejects(again, refusedWith(Code.AlreadyExists, "COMMENT_EXISTS"));
    assert.deepEqual(await counts(sql), before);
    await store.createComment({ ...first, productId: 1n });
  });

  await t.step("refuses a product that does not exist, and leaves no trace of it", async () => {
    const before = await counts(sql);
    const refused = store.createComment(draft({ productId: 99n }));
    await assert.rejects(refused, refusedWith(Code.NotFound, "PRODUCT_NOT_FOUND"));
    assert.deepEqual(await counts(sql), before);
  });

  await t.step("writes nothing at all when the last statement fails", async () => {
    const before = await counts(sql);
    await sql`ALTER TABLE outbox ADD CONSTRAINT out_of_order CHECK (false) NOT VALID`;
    await assert.rejects(store.createComment(draft()), { constraint_name: "out_of_order" });
    await sql`ALTER TABLE outbox DROP CONSTRAINT out_of_order`;
    assert.deepEqual(await counts(sql), before);
  });

  await t.step("makes one comment of 20 at once on the same item", async () => {
    const before = await counts(sql);
    const same = draft();
    const settled = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => store.createComment({ ...same, content: `try ${n}` })),
    );
    const reasons = settled.map((each) => each.status === "rejected" ? each.reason.reason : "made");
    assert.deepEqual(reasons.toSorted(), [...Array(19).fill("COMMENT_EXISTS"), "made"]);
    assert.deepEqual(await counts(sql), {
      comments: before["comments"] + 1n,
      counted: before["counted"] + 1n,
      events: before["events"] + 1n,
    });
  });
});

Deno.test("createComment() keeps whatever is written as text", async () => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  const store = createCommentStore(sql);
  await insertProducts(sql, [{ id: 1n }, { id: 2n }]);
  const canary = await store.createComment(draft({ productId: 2n, content: "canary" }));
  const texts = [
    "' OR '1'='1",
    "'; DROP TABLE comment; --",
    "1; UPDATE product SET price_fen = 0; --",
    "\\'; DELETE FROM comment; /*",
    "') UNION SELECT username, password FROM pg_shadow --",
    "$1 $2 ${userId} $$; SELECT pg_sleep(9); $$",
    "E'\\x27' || chr(39) || \"quoted\" `ticks`",
    "{NULL,\"a\",'b'}",
    "NULL",
    "\\",
    "%_ LIKE",
    "<script>alert(1)</script>",
    "e\u0301 \u00e9 \u200b \u202eשלום\u202c 👩‍👩‍👧‍👦",
  ];
  for (const text of texts) {
    const wanted = draft({ content: text, images: [text, "", text] });
    const made = await store.createComment(wanted);
    const { id: _id, createTime: _created, updateTime: _updated, ...kept } = made;
    assert.deepEqual(kept, wanted);
    assert.deepEqual(await store.commentedProducts(7n, [text, wanted.orderId]), [
      { orderId: wanted.orderId, productId: 1n, commentId: made.id },
    ]);
  }
  const listed = await store.listComments(1n, undefined, 50);
  assert.deepEqual(listed.map(({ content }) => content).toSorted(), texts.toSorted());
  assert.deepEqual(await store.listComments(2n, undefined, 50), [canary]);
  assert.deepEqual([...await sql`SELECT price_fen FROM product GROUP BY 1`], [
    { price_fen: 1_999n },
  ]);
});

Deno.test("listComments()", async (t) => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  const store = createCommentStore(sql);
  await insertProducts(sql, Array.from({ length: 40 }, (_, n) => ({ id: BigInt(n + 1) })));

  await t.step("answers nothing for a product without comments, or for none", async () => {
    const products = [1n, 999n, 0n, -1n, 2n ** 63n - 1n];
    const found = await Promise.all(products.map((id) => store.listComments(id, undefined, 21)));
    assert.deepEqual(found, products.map(() => []));
  });

  await t.step("takes cursors beyond what a date can hold", async () => {
    await insertComments(sql, 2n, [5, 5]);
    const ends = [2n ** 63n - 1n, -1n, -(2n ** 63n)];
    const found = await Promise.all(ends.map(async (value) => {
      return (await store.listComments(2n, { value }, 21)).length;
    }));
    assert.deepEqual(found, [2, 0, 0]);
  });

  await t.step("goes on strictly after the time without a last id", async () => {
    const [, , , oldest] = await insertComments(sql, 3n, [9, 8, 8, 7]);
    const found = await store.listComments(3n, { value: 8n }, 21);
    assert.deepEqual(found.map(({ id }) => id), [oldest]);
  });

  await t.step("walks every comment once, whatever ties there are", async () => {
    let productId = 10n;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 25 }),
        fc.integer({ min: 1, max: 7 }),
        async (times, ps) => {
          productId++;
          const ids = await insertComments(sql, productId, times);
          const expected = ids
            .map((id, n) => ({ id, ms: times[n] ?? 0 }))
            .toSorted((a, b) => b.ms - a.ms || (b.id < a.id ? -1 : 1));
          assert.deepEqual(await walk(productId, ps), expected.map(({ id }) => id));
        },
      ),
      { numRuns: 15, endOnFailure: true },
    );

    async function walk(productId: bigint, ps: number): Promise<bigint[]> {
      const seen: bigint[] = [];
      let after: Cursor<bigint> | undefined;
      for (let page = 0; page < 30; page++) {
        const rows = await store.listComments(productId, after, ps);
        const last = rows.at(-1);
        if (last === undefined) return seen;
        seen.push(...rows.map(({ id }) => id));
        after = { value: last.createTime, lastId: last.id };
      }
      throw new Error("the walk does not end");
    }
  });

  await t.step("reads the rows of a page by the index, and sorts nothing", async () => {
    await sql`
      INSERT INTO comment (product_id, order_id, user_id, rating, content, create_time)
      SELECT 4 + n % 2, lpad((90000 + n)::text, 28, '0'), 1, 5, 'x', to_timestamp(n)
      FROM generate_series(1, 20000) AS n`;
    await sql`ANALYZE comment`;
    const rows = await sql`
      EXPLAIN SELECT * FROM comment
      WHERE product_id = 4 AND (create_time, id) < (${new Date(15_000_000)}, ${9n})
      ORDER BY create_time DESC, id DESC LIMIT 21`;
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    assert.ok(plan.includes("comment_by_product") && !plan.includes("Sort"), plan);
  });
});

Deno.test("commentedProducts() answers the user's own items only", async () => {
  await using database = await createServiceDatabase("product");
  const store = createCommentStore(database.sql);
  await insertProducts(database.sql, [{ id: 1n }, { id: 2n }, { id: 3n }]);
  const mine = draft();
  const first = await store.createComment(mine);
  const second = await store.createComment({ ...mine, productId: 2n });
  const another = await store.createComment(draft());
  const others = await store.createComment(draft({ userId: 8n }));
  const asked = [mine.orderId, others.orderId, testOrderId(99_999)];
  const found = await store.commentedProducts(7n, asked);
  assert.deepEqual(found.toSorted((a, b) => a.commentId < b.commentId ? -1 : 1), [
    { orderId: mine.orderId, productId: 1n, commentId: first.id },
    { orderId: mine.orderId, productId: 2n, commentId: second.id },
  ]);
  assert.deepEqual(await store.commentedProducts(7n, [another.orderId]), [
    { orderId: another.orderId, productId: 1n, commentId: another.id },
  ]);
  assert.deepEqual(await store.commentedProducts(7n, []), []);
});

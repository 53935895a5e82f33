/** The product service dies at every line where it matters, and at any other: nothing is lost. */
import assert from "node:assert/strict";
import { pause, within } from "../../dev/wait.ts";
import { freePort } from "../../shared/nats/test_server.ts";
import { eventually } from "../support/eventually.ts";
import { type Mall, type SpawnedProcess, startMall } from "../support/mall.ts";
import { testOrderId } from "../support/order_rows.ts";
import { insertCategories, insertProducts } from "../support/product_rows.ts";
import {
  alreadyThere,
  createShopper,
  isAnswered,
  type Post,
  posted,
  type Shopper,
  textOf,
} from "../support/shopper.ts";

/**
 * Where the process ends itself on the way of a price and of a comment. Those of the consumer come
 * first: the event that such a crash leaves behind comes again half a minute later, and must not
 * end a process whose turn it is not.
 */
const crashPoints = [
  "product.after_row",
  "consumer.after_ack",
  "comment.after_commit",
  "counts.after_commit",
  "relay.before_publish",
  "relay.after_publish",
  "relay.after_mark",
];
const kills = 10;
const killWithinMs = 400;
const writers = 3;
/** Written before a kill by one writer at most. */
const writesMax = 30;

const diesWithinMs = 20_000;
/** What a dead consumer had in hand comes again after 10 s, what a dead relay had after 15 s. */
const settledWithinMs = 30_000;

/** Three products in each category: 11, 12 and 13 in 1, and so on. */
function categoryOf(productId: bigint): bigint {
  return productId / 10n;
}

/** A category for each crash point, and one for the kills. */
async function stock({ sql }: Mall): Promise<readonly bigint[]> {
  const categories = [...crashPoints, "kills"].map((_, index) => BigInt(index + 1));
  await insertCategories(sql.product, categories.map((id) => ({ id })));
  const ids = categories.flatMap((id) => [1n, 2n, 3n].map((n) => id * 10n + n));
  await insertProducts(
    sql.product,
    ids.map((id) => ({ id, categoryId: categoryOf(id), priceFen: 10_000n + id })),
  );
  return ids;
}

/** Reads everything once, so that Redis has the rows and lists from before all changes. */
async function warm(shopper: Shopper, ids: readonly bigint[]): Promise<void> {
  for (const id of ids) {
    await shopper.get(`/v1/product/detail?product_id=${id}`);
    await shopper.get(`/v1/category/list?category=${categoryOf(id)}&sort=price_asc&ps=1`);
  }
}

interface Service {
  readonly mall: Mall;
  /** Always the same one: who still knows the instance that died finds the one after it. */
  readonly port: number;
}

/** Starts it to die at a point; if it dies before it is ready, it is started again. */
async function startToDie({ mall, port }: Service, point: string): Promise<SpawnedProcess> {
  for (let tries = 1;; tries++) {
    try {
      return await mall.spawn("product", { port, env: { CRASH_AT: point } });
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}

/** Changes the price and posts a comment, again and again until the process has died of it. */
async function dieAt(point: string, service: Service, write: Write): Promise<void> {
  await using process = await startToDie(service, point);
  const isAlive = watch(process);
  await write.shopper.setPrice(write.productId, write.priceFen);
  const post = await write.shopper.comment(write.productId);
  await untilAnswered(write.shopper, post, isAlive);
  assert.equal((await within(process.ended, diesWithinMs))?.code, 137);
}

/** Repeats a post until its comment is certain, or as long as somebody may answer. */
async function untilAnswered(shopper: Shopper, post: Post, isAlive = () => true): Promise<void> {
  await eventually("an answer", async () => {
    if (isAnswered(post) || !isAlive()) return true;
    await shopper.send(post);
    return isAnswered(post);
  });
}

interface Write {
  readonly shopper: Shopper;
  readonly productId: bigint;
  readonly priceFen: bigint;
}

function watch(process: SpawnedProcess): () => boolean {
  let alive = true;
  process.ended.then(() => alive = false);
  return () => alive;
}

/** Numbers from 0 to 1, the same in every run: a linear congruence with Knuth's constants. */
function createRandom(seed: bigint): () => number {
  let state = seed;
  return () => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
    return Number(state >> 32n) / 2 ** 32;
  };
}

/** Kills it at random moments of writing; answers the last price of the first product. */
async function killAtRandom(
  { mall, port }: Service,
  shopper: Shopper,
  productIds: readonly [bigint, ...bigint[]],
): Promise<bigint> {
  const random = createRandom(20_220_609n);
  let priceFen = 9_000n;

  async function write(writer: number, isAlive: () => boolean): Promise<void> {
    for (let n = 0; n < writesMax && isAlive(); n++) {
      if (writer === 0) await shopper.setPrice(productIds[0], --priceFen);
      await shopper.comment(productIds[(writer + n) % productIds.length] ?? productIds[0]);
    }
  }
  for (let kill = 0; kill < kills; kill++) {
    await using process = await mall.spawn("product", { port });
    const isAlive = watch(process);
    const writing = Promise.all(Array.from({ length: writers }, (_, n) => write(n, isAlive)));
    await pause(random() * killWithinMs);
    await process.kill("SIGKILL");
    await writing;
  }
  return priceFen;
}

/** What the product should have counted of these comments. */
function countsOf(posts: readonly Post[]) {
  const byProduct = [...Map.groupBy(posts, ({ productId }) => productId)];
  return byProduct.toSorted(([one], [other]) => Number(one - other)).map(([id, its]) => ({
    id,
    rating_count: BigInt(its.length),
    rating_sum: its.reduce((sum, { rating }) => sum + BigInt(rating), 0n),
  }));
}

Deno.test("the product service dies, and no price and no comment is lost or counted twice", async (t) => {
  await using mall = await startMall({ without: ["product"] });
  const { product: sql } = mall.sql;
  const service = { mall, port: freePort() };
  const shopper = createShopper(mall);
  const prices = new Map<bigint, bigint>();
  {
    await using first = await mall.spawn("product", { port: service.port });
    await warm(shopper, await stock(mall));
    await first.kill("SIGKILL");
  }

  for (const [index, point] of crashPoints.entries()) {
    await t.step(`at ${point}`, async () => {
      const productId = BigInt(index + 1) * 10n + 3n;
      const priceFen = BigInt(index + 1);
      prices.set(productId, priceFen);
      await dieAt(point, service, { shopper, productId, priceFen });
    });
  }

  await t.step(`at ${kills} moments while writes go on`, async () => {
    const first = BigInt(crashPoints.length + 1) * 10n + 1n;
    prices.set(first, await killAtRandom(service, shopper, [first, first + 1n, first + 2n]));
  });

  await using _last = await mall.spawn("product", { port: service.port });
  await t.step("every price shows", async () => {
    for (const [productId, priceFen] of prices) {
      const limits = { category: categoryOf(productId), timeoutMs: settledWithinMs };
      await shopper.shows(productId, priceFen, limits);
    }
  });

  await t.step("a post that was not answered may be repeated, and only that", async () => {
    assert.ok(shopper.posts.some(({ answers }) => answers[0] === posted));
    for (const post of shopper.posts) {
      await untilAnswered(shopper, post);
      const tried = post.answers.slice(0, -1).filter((answer) => answer !== "503 UNAVAILABLE");
      assert.deepEqual([post, tried], [post, []]);
      assert.notEqual(post.answers[0], alreadyThere);
    }
    // The point behind the comment's commit sees to it that there is one at least.
    assert.ok(shopper.posts.some(({ answers }) => answers.at(-1) === alreadyThere));
  });

  await t.step("each comment is there once", async () => {
    const rows = await sql`SELECT order_id, product_id, rating FROM comment ORDER BY order_id`;
    const expected = shopper.posts.map(({ order, productId, rating }) => {
      return { order_id: testOrderId(order), product_id: productId, rating };
    });
    assert.deepEqual([...rows], expected);
    for (const [id, posts] of Map.groupBy(shopper.posts, ({ productId }) => productId)) {
      assert.deepEqual((await shopper.commentsOn(id)).toSorted(), posts.map(textOf).toSorted());
    }
  });

  await t.step("and is counted once", async () => {
    await eventually("no note is left", async () => {
      return (await sql`SELECT FROM product_count LIMIT 1`).length === 0;
    }, { timeoutMs: settledWithinMs });
    const counts = countsOf(shopper.posts);
    const rows = await sql`
      SELECT id, rating_count, rating_sum FROM product WHERE rating_count > 0 ORDER BY id`;
    assert.deepEqual([...rows], counts);
    for (const { id, rating_count } of counts) {
      await eventually(`${rating_count} comments on ${id}`, async () => {
        type Detail = { readonly product: { readonly comment_count: number } };
        const { product } = await shopper.get<Detail>(`/v1/product/detail?product_id=${id}`);
        return product.comment_count === Number(rating_count);
      });
    }
  });

  await t.step("every event is published, and none was given up", async () => {
    await eventually("all events", async () => {
      const left = await sql`SELECT FROM outbox WHERE published_at IS NULL LIMIT 1`;
      return left.length === 0;
    }, { timeoutMs: settledWithinMs });
    assert.deepEqual([...await sql`SELECT consumer, error FROM dead_letter`], []);
  });
});

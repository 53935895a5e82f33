/** For stories in which the product service dies: writes, and what was answered to them. */
import assert from "node:assert/strict";
import { createProductStore } from "../../services/product/store.ts";
import { eventually } from "./eventually.ts";
import type { Mall } from "./mall.ts";
import { insertOrders, testOrderId } from "./order_rows.ts";

/** A comment to post. */
export interface Post {
  /** The number of its order, which is its own. */
  readonly order: number;
  readonly productId: bigint;
  readonly rating: number;
  /** How each try was answered: the status, and the reason of a refusal. */
  readonly answers: string[];
}

/** The answers after which a comment is certain. */
export const posted = "201";
export const alreadyThere = "409 COMMENT_EXISTS";

/** Whether the comment is certain. */
export function isAnswered({ answers }: Post): boolean {
  return answers.some((answer) => answer === posted || answer === alreadyThere);
}

export interface Shopper {
  /** All comments, in the order of their orders. */
  readonly posts: readonly Post[];
  /** Past the service, so that it works while the service is dead: it must show all the same. */
  setPrice(productId: bigint, priceFen: bigint): Promise<void>;
  /** Posts a comment once, from a new order that user 123 has received. */
  comment(productId: bigint): Promise<Post>;
  /** Posts it again. */
  send(post: Post): Promise<void>;
  /** Reads from the BFF. */
  get<T>(path: string): Promise<T>;
  /** Waits until the price shows on the product's page and at the head of the category's list. */
  shows(productId: bigint, priceFen: bigint, limits: ShowLimits): Promise<void>;
  /** The texts of all comments on a product, page by page. */
  commentsOn(productId: bigint): Promise<string[]>;
}

export interface ShowLimits {
  readonly category: bigint;
  readonly timeoutMs: number;
}

/** The text of a comment. */
export function textOf({ order }: Pick<Post, "order">): string {
  return `comment of order ${order}`;
}

/** Nothing is written yet. */
export function createShopper(mall: Mall): Shopper {
  const posts: Post[] = [];
  const get = <T>(path: string) => getJson<T>(`${mall.bff.url}${path}`);
  const send = (post: Post) => sendPost(mall, post);
  return {
    posts,
    setPrice: (productId, priceFen) => setPrice(mall, productId, priceFen),
    async comment(productId) {
      const order = posts.length + 1;
      const post = { order, productId, rating: 1 + order % 5, answers: [] };
      posts.push(post);
      await insertOrders(mall.sql.order, [
        { id: testOrderId(order), status: 50, productIds: [productId] },
      ]);
      await send(post);
      return post;
    },
    send,
    get,
    async shows(productId, priceFen, { category, timeoutMs }) {
      const expected = { id: Number(productId), price: Number(priceFen) / 100 };
      await eventually(`product ${productId} for ${priceFen} fen`, async () => {
        const page = `/v1/product/detail?product_id=${productId}`;
        const { product: { id, price } } = await get<{ product: PricedProduct }>(page);
        const list = `/v1/category/list?category=${category}&sort=price_asc&ps=1`;
        const { products: [first] } = await get<{ products: PricedProduct[] }>(list);
        assert.deepEqual([{ id, price }, { id: first?.id, price: first?.price }], [
          expected,
          expected,
        ]);
        return true;
      }, { timeoutMs });
    },
    commentsOn: (productId) => turnPages(get, productId),
  };
}

interface PricedProduct {
  readonly id: number;
  readonly price: number;
}

/** Its version may be another a moment later: counts are added up meanwhile. */
async function setPrice({ sql }: Mall, productId: bigint, priceFen: bigint): Promise<void> {
  const store = createProductStore(sql.product);
  for (let tries = 0; tries < 100; tries++) {
    const [row] = await sql.product<{ version: bigint }[]>`
      SELECT version FROM product WHERE id = ${productId}`;
    const changed = await store.updateProduct(productId, row?.version ?? 0n, { priceFen });
    if (changed !== "stale") return;
  }
  throw new Error(`product ${productId} is never at the version that was just read`);
}

async function sendPost({ bff, tokens }: Mall, post: Post): Promise<void> {
  const response = await fetch(`${bff.url}/v1/product/comment?uid=123`, {
    method: "POST",
    headers: { "content-type": "application/json", ...await tokens.headers(123n) },
    body: JSON.stringify({
      order_id: testOrderId(post.order),
      product_id: Number(post.productId),
      rating: post.rating,
      content: textOf(post),
    }),
  });
  const { reason } = await response.json();
  const { status } = response;
  post.answers.push(reason === undefined ? String(status) : `${status} ${reason}`);
}

async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url);
  const body = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return body;
}

interface CommentPage {
  readonly comments: readonly { readonly content: string }[];
  readonly is_end: boolean;
  readonly comment_time: number;
  readonly last_id: number;
}

async function turnPages(get: Shopper["get"], productId: bigint): Promise<string[]> {
  const texts: string[] = [];
  let next = "";
  for (let pages = 0; pages < 50; pages++) {
    const page = await get<CommentPage>(
      `/v1/product/comment?product_id=${productId}&ps=50${next}`,
    );
    texts.push(...page.comments.map(({ content }) => content));
    if (page.is_end) return texts;
    next = `&cursor=${page.comment_time}&last_id=${page.last_id}`;
  }
  throw new Error(`the comments on ${productId} do not end`);
}

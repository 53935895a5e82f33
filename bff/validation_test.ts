import assert from "node:assert/strict";
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { BffEnv } from "./context.ts";
import { problemOf, problemResponse } from "./problem.ts";
import { refuseInvalid } from "./validation.ts";

const Item = z.object({ quantity: z.int().min(1).max(999) });
const Body = z.object({ items: z.array(Item), "a/b~c": z.string().optional() });
const route = createRoute({
  method: "post",
  path: "/thing",
  request: {
    query: z.object({ uid: z.string() }),
    body: { required: true, content: { "application/json": { schema: Body } } },
  },
  responses: { 204: { description: "Fine." } },
});

const app = new OpenAPIHono<BffEnv>({ defaultHook: refuseInvalid });
app.onError((error, c) => problemResponse(problemOf(error, { path: c.req.path, requestId: "r" })));
app.openapi(route, (c) => c.body(null, 204));

async function post(body: string, query = "?uid=1") {
  const headers = { "content-type": "application/json" };
  const response = await app.request(`/thing${query}`, { method: "POST", headers, body });
  const text = await response.text();
  return { status: response.status, ...(text === "" ? {} : JSON.parse(text)) };
}

/** The mistakes of a body, as `pointer reason`. */
async function mistakes(body: unknown): Promise<readonly string[]> {
  const { errors } = await post(JSON.stringify(body));
  return errors.map((error: Record<string, string>) => `${error["pointer"]} ${error["reason"]}`);
}

Deno.test("refuseInvalid() lets a valid request through, unknown members and all", async () => {
  assert.deepEqual(await post(`{"items":[{"quantity":1,"price":0}],"admin":true}`), {
    status: 204,
  });
});

Deno.test("refuseInvalid() tells what is absent from what is wrong", async () => {
  assert.deepEqual(await mistakes({}), ["/items REQUIRED"]);
  assert.deepEqual(await mistakes({ items: null }), ["/items INVALID_TYPE"]);
  assert.deepEqual(await mistakes([]), [" INVALID_TYPE"]);
  assert.deepEqual(
    await mistakes({ items: [{}, { quantity: "1" }, { quantity: 1.5 }, { quantity: 1_000 }] }),
    [
      "/items/0/quantity REQUIRED",
      "/items/1/quantity INVALID_TYPE",
      "/items/2/quantity INVALID_TYPE",
      "/items/3/quantity TOO_BIG",
    ],
  );
});

Deno.test("refuseInvalid() points by RFC 6901", async () => {
  assert.deepEqual(await mistakes({ items: [], "a/b~c": 1 }), ["/a~1b~0c INVALID_TYPE"]);
});

Deno.test("refuseInvalid() is 422 for a body and 400 for a query", async () => {
  const body = await post("{}");
  const query = await post(`{"items":[]}`, "");
  assert.deepEqual([body.status, body.reason, body.detail], [
    422,
    "INVALID_ARGUMENT",
    "items is required",
  ]);
  assert.deepEqual([query.status, query.detail, query.errors], [400, "uid is required", [
    { pointer: "/uid", reason: "REQUIRED", message: "is required" },
  ]]);
});

Deno.test("refuseInvalid() names the first mistakes of very many", async () => {
  assert.equal((await mistakes({ items: Array(10_000).fill({}) })).length, 20);
});

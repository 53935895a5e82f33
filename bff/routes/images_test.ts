import { OpenAPIHono } from "@hono/zod-openapi";
import assert from "node:assert/strict";
import type { BffEnv } from "../context.ts";
import { problemOf, problemResponse } from "../problem.ts";
import { imageRoutes } from "./images.ts";

function images(): OpenAPIHono<BffEnv> {
  const app = new OpenAPIHono<BffEnv>();
  app.onError((error, c) => {
    return problemResponse(problemOf(error, { path: c.req.path, requestId: "request-0001" }));
  });
  imageRoutes(app);
  return app;
}

const path = "/images/product/wok-1022-1.svg";

Deno.test("GET /images/… answers a picture that browsers may keep for a day and not run", async () => {
  const response = await images().request(path);
  const { etag, ...headers } = Object.fromEntries(response.headers);
  assert.match(etag ?? "", /^"[\w-]{22}"$/);
  assert.deepEqual([response.status, headers], [200, {
    "cache-control": "public, max-age=86400, immutable",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "content-type": "image/svg+xml; charset=utf-8",
    "x-content-type-options": "nosniff",
  }]);
  assert.match(
    await response.text(),
    /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^]*<\/svg>\n$/,
  );
});

Deno.test("GET /images/… answers 304 to who has the picture", async () => {
  const app = images();
  const etag = (await app.request(path)).headers.get("etag") ?? "";
  const other = (await app.request("/images/product/wok-1022-2.svg")).headers.get("etag") ?? "";
  const tags = [etag, `W/${etag}`, `${other}, ${etag}`, "*", other, "", '"x"'];
  const answers = await Promise.all(tags.map(async (tag) => {
    const response = await app.request(path, { headers: { "if-none-match": tag } });
    return [response.status, response.headers.get("etag"), (await response.text()).length > 0];
  }));
  assert.deepEqual(answers, [
    ...Array(4).fill([304, etag, false]),
    ...Array(3).fill([200, etag, true]),
  ]);
});

Deno.test("HEAD /images/… answers without a body", async () => {
  const response = await images().request(path, { method: "HEAD" });
  assert.deepEqual([response.status, await response.text()], [200, ""]);
});

Deno.test("GET /images/… of what is no picture is a 404", async () => {
  const junk = [
    "/images/product/1022-1.svg",
    "/images/product/nothing-1022-1.svg",
    "/images/product/wok-0-1.svg",
    "/images/product/wok-9007199254740993-1.svg",
    "/images/product/%",
    "/images/product/%E0%A4%A",
    "/images/product/%00",
    "/images/product/%3Csvg%3E-1-1.svg",
    "/images/product/..%2F..%2Fdeno.json",
    `/images/product/${"9".repeat(5_000)}.svg`,
    "/images/constructor/1.svg",
  ];
  for (const path of junk) {
    const response = await images().request(path);
    const { status, reason } = await response.json();
    assert.deepEqual([path, status, reason], [path, 404, "PICTURE_NOT_FOUND"]);
    assert.equal(response.headers.get("content-type"), "application/problem+json");
  }
});

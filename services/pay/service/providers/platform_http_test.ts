import { z } from "@hono/zod-openapi";
import assert from "node:assert/strict";
import { listen } from "../../../../shared/http/listener.ts";
import { createLogger } from "../../../../shared/log.ts";
import { away, refusalOf, refused } from "../../../../tests/support/platform_wishes.ts";
import { askPlatform, jsonOf, readJson } from "./platform_http.ts";

const log = createLogger({ level: "error", write: () => {} });

function startPlatform(answer: (request: Request) => Response | Promise<Response>) {
  const listener = listen(answer, { port: 0, hostname: "127.0.0.1", log, drainMs: 0 });
  const url = `http://127.0.0.1:${listener.port}/`;
  return { url, [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose]() };
}

Deno.test("askPlatform() gives the answer as it came, a redirect too", async () => {
  let asked = 0;
  await using platform = startPlatform((request) => {
    asked++;
    return Response.redirect(request.url, 307);
  });
  const request = { url: platform.url, method: "POST", headers: {}, body: "money" } as const;
  const { status, bytes } = await askPlatform(request);
  assert.deepEqual([status, bytes.byteLength, asked], [307, 0, 1]);
  const body = new Uint8Array(65_536).fill(0xff);
  await using other = startPlatform(() => new Response(body, { status: 418 }));
  const answer = await askPlatform({ ...request, url: other.url });
  assert.deepEqual([answer.status, answer.bytes], [418, body]);
});

Deno.test("askPlatform() reads no more than 64 KiB and waits no longer than it may", async () => {
  const done = Promise.withResolvers<Response>();
  const chunk = new Uint8Array(16_384);
  const endless = () => {
    return new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(chunk) });
  };
  const answers: (() => Response | Promise<Response>)[] = [
    () => new Response("x".repeat(65_537)),
    () => new Response(endless()),
    () => done.promise,
    () => new Response(new ReadableStream<Uint8Array>()),
  ];
  for (const [index, answer] of answers.entries()) {
    await using platform = startPlatform(answer);
    const ask = () => {
      const signal = AbortSignal.timeout(index < 2 ? 60_000 : 200);
      return askPlatform({ url: platform.url, method: "GET", headers: {}, signal });
    };
    assert.deepEqual(await refusalOf(ask), away, `answer ${index}`);
  }
  done.resolve(new Response());
});

Deno.test("jsonOf() writes fen as whole numbers, exactly or not at all", async () => {
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  assert.equal(jsonOf({ fen: 1_999n, most }), '{"fen":1999,"most":9007199254740991}');
  const call = () => Promise.try(() => jsonOf({ fen: most + 1n }));
  assert.deepEqual(await refusalOf(call), refused);
});

Deno.test("readJson() gives nothing for what is not of the schema", () => {
  const Schema = z.object({ a: z.int() });
  assert.deepEqual(readJson('{"a":1,"b":2}', Schema), { a: 1 });
  assert.deepEqual(readJson(new TextEncoder().encode('{"a":1}'), Schema), { a: 1 });
  for (const text of ["", "{", "null", "{}", '{"a":"1"}']) {
    assert.equal(readJson(text, Schema), undefined, text);
  }
});

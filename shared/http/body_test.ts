import assert from "node:assert/strict";
import fc from "fast-check";
import { BodyError, readBody } from "./body.ts";

const limits = { maxBytes: 100, timeoutMs: 5_000 };

function request(body: BodyInit | null, headers: Record<string, string> = {}): Request {
  return new Request("http://mall.test/", { method: "POST", body, headers });
}

function stream(chunks: readonly Uint8Array<ArrayBuffer>[]) {
  return ReadableStream.from(chunks);
}

function withStatus(status: number) {
  return (error: unknown) => error instanceof BodyError && error.status === status;
}

Deno.test("readBody() reads a body of known and of unknown length, and none", async () => {
  const bytes = new TextEncoder().encode("hello");
  assert.deepEqual(await readBody(request("hello"), limits), bytes);
  assert.deepEqual(await readBody(request("hello", { "content-length": "5" }), limits), bytes);
  assert.deepEqual(await readBody(request(null), limits), new Uint8Array());
  assert.deepEqual(
    await readBody(request("", { "content-length": "0" }), limits),
    new Uint8Array(),
  );
});

Deno.test("readBody() joins any chunks up to the limit, and refuses what is longer", async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
  await fc.assert(fc.asyncProperty(chunks, async (parts) => {
    const bytes = parts.flatMap((part) => [...part]);
    const read = readBody(request(stream(parts.map((part) => new Uint8Array(part)))), limits);
    if (bytes.length > limits.maxBytes) return await assert.rejects(read, withStatus(413));
    assert.deepEqual(await read, new Uint8Array(bytes));
  }));
});

Deno.test("readBody() refuses by the length that the client tells, without reading", async () => {
  let isRead = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      isRead = true;
      controller.close();
    },
  }, { highWaterMark: 0 });
  await assert.rejects(
    readBody(request(body, { "content-length": "101" }), limits),
    withStatus(413),
  );
  assert.equal(isRead, false);
});

Deno.test("readBody() gives up on a body that does not come, and on one that breaks off", async () => {
  const silent = new ReadableStream<Uint8Array<ArrayBuffer>>({});
  await assert.rejects(
    readBody(request(silent), { maxBytes: 100, timeoutMs: 20 }),
    withStatus(408),
  );
  const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.error(new Error("reset")),
  });
  await assert.rejects(readBody(request(broken), limits), withStatus(400));
});

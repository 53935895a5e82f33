import assert from "node:assert/strict";
import { healthProblem } from "./health_check.ts";

async function problemOf(handler: () => Response | Promise<Response>, timeoutMs = 4_000) {
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, handler);
  return await healthProblem(`http://127.0.0.1:${server.addr.port}/readyz`, { timeoutMs });
}

Deno.test("healthProblem() takes a 2xx for health", async () => {
  assert.equal(await problemOf(() => new Response("ready")), undefined);
});

Deno.test("healthProblem() tells what a process that is not ready says", async () => {
  const problem = await problemOf(() => new Response("postgres is missing", { status: 503 }));
  assert.equal(problem, "503 postgres is missing");
});

Deno.test("healthProblem() has a limit, and knows an empty port", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const problem = await problemOf(() => {
    setTimeout(() => resolve(new Response()), 300);
    return promise;
  }, 100);
  assert.match(problem ?? "", /timed out|timeout/);
  const free = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  free.close();
  const nobody = await healthProblem(`http://127.0.0.1:${free.addr.port}/readyz`);
  assert.match(nobody ?? "", /fetch failed|error sending request/);
});

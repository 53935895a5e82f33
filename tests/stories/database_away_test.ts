import assert from "node:assert/strict";
import { startPostgres } from "../../dev/servers/postgres.ts";
import { eventually } from "../support/eventually.ts";
import { startMall } from "../support/mall.ts";

/** A read waits for a connection and its deadline, and no longer, in milliseconds. */
const answerMaxMs = 4_500;

Deno.test("a service whose database is away says so, and recovers by itself", async () => {
  await using stack = new AsyncDisposableStack();
  const dataDir = await Deno.makeTempDir({ prefix: "mall-story-postgres-" });
  stack.defer(() => Deno.remove(dataDir, { recursive: true }));
  await Deno.chmod(dataDir, 0o711);
  const start = (port = 0) =>
    startPostgres({ dataDir: `${dataDir}/data`, port, password: "story" });
  let postgres = await start();
  stack.defer(() => postgres.stop());
  const mall = stack.use(await startMall({ postgresUrl: postgres.url }));

  async function read(): Promise<{ status: number; reason?: string; retryAfter: string | null }> {
    const startedMs = performance.now();
    const headers = await mall.tokens.headers(123n);
    const response = await fetch(`${mall.bff.url}/v1/order/list?uid=123`, { headers });
    const { reason } = await response.json();
    assert.ok(performance.now() - startedMs < answerMaxMs, "the answer took too long");
    return { status: response.status, reason, retryAfter: response.headers.get("retry-after") };
  }

  assert.equal((await read()).status, 200);
  postgres.kill("SIGKILL");
  await postgres.ended;
  for (let n = 0; n < 3; n++) {
    const { status, retryAfter } = await read();
    assert.deepEqual([status, retryAfter], [503, "1"]);
  }
  const readiness = await fetch(`${mall.services.order.url}/readyz`);
  assert.deepEqual(
    [readiness.status, (await readiness.json()).missing],
    [503, ["postgres"]],
  );

  postgres = await start(postgres.port);
  await eventually("reads are answered again", async () => (await read()).status === 200, {
    timeoutMs: 10_000,
  });
});

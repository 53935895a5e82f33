import assert from "node:assert/strict";
import { startMall } from "../support/mall.ts";
import { eventually } from "../support/eventually.ts";

const outageMs = 10_000;

Deno.test("NATS may be away for ten seconds: reads are answered all the while", async () => {
  await using mall = await startMall();
  await mall.stopNats();
  const end = performance.now() + outageMs;
  const statuses = new Set<number>();
  for (let n = 0; n < 10_000 && performance.now() < end; n++) {
    const headers = await mall.tokens.headers(123n);
    const response = await fetch(`${mall.bff.url}/v1/order/list?uid=123`, { headers });
    await response.body?.cancel();
    statuses.add(response.status);
  }
  assert.deepEqual([...statuses], [200]);

  const { url } = mall.services.order;
  const away = await (await fetch(`${url}/readyz`)).json();
  assert.deepEqual(away, { status: "ready", missing: [], degraded: ["nats"] });

  await mall.startNats();
  await eventually("every process has found NATS again", async () => {
    const answers = await Promise.all([url, mall.bff.url].map(async (base) => {
      const { degraded } = await (await fetch(`${base}/readyz`)).json();
      return degraded.length;
    }));
    return answers.every((count) => count === 0);
  });
  await using second = await mall.spawn("order");
  assert.ok(second.url);
  const headers = await mall.tokens.headers(123n);
  const response = await fetch(`${mall.bff.url}/v1/order/list?uid=123`, { headers });
  await response.body?.cancel();
  assert.equal(response.status, 200);
});

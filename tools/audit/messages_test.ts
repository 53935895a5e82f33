import { connect } from "nats";
import assert from "node:assert/strict";
import { startTestNats } from "../../shared/nats/test_server.ts";
import { makeConsumers } from "../../tests/support/audited_nats.ts";
import { bookNames, type Books } from "./books.ts";
import { consumers } from "./events.ts";
import { messageInvariants } from "./messages.ts";

Deno.test("messageInvariants()", async (t) => {
  await using server = await startTestNats();
  await using stack = new AsyncDisposableStack();
  const connection = await connect({ servers: server.url });
  stack.defer(() => connection.close());
  const manager = await connection.jetstreamManager();
  const stream = connection.jetstream();

  /** What the rules say; they read no database. */
  async function said(graceMs = 0): Promise<string[][]> {
    const rules = messageInvariants(connection);
    const found = rules.map(({ check }) => check({} as Books, { ms: graceMs }));
    return (await Promise.all(found)).map((breaches) => [...breaches]);
  }

  /** Takes what waits for the consumer, and acknowledges it if it is told to. */
  async function take(name: string, { acknowledged }: { acknowledged: boolean }): Promise<void> {
    const [, owner = ""] = consumers.find(([known]) => known === name) ?? [];
    const message = await stream.pull(owner.toUpperCase(), name);
    if (acknowledged) await message.ackAck();
  }

  await t.step("names every consumer of an empty server", async () => {
    const missing = consumers.map(([name, owner]) =>
      `${owner.toUpperCase()} has no consumer ${name}`
    );
    assert.deepEqual(await said(), [missing, []]);
  });

  await makeConsumers(manager);

  await t.step("finds nothing when all are there and have consumed all", async () => {
    await stream.publish("order.shipped");
    assert.deepEqual(await said(), [[], []]);
  });

  await t.step("tells what waits, or was not acknowledged, for longer than the grace", async () => {
    const { seq } = await stream.publish("order.closed");
    await stream.publish("order.shipped");
    const [missing, waiting] = await said();
    assert.deepEqual(missing, []);
    assert.deepEqual(
      waiting?.map((what) => what.replace(/ since .*/, "")),
      ["product-order-closed", "pay-order-closed"]
        .map((name) => `${name} has 1 to consume, the oldest (${seq})`),
    );
    assert.deepEqual(await said(60_000), [[], []]);
    await take("product-order-closed", { acknowledged: true });
    await take("pay-order-closed", { acknowledged: false });
    assert.equal((await said())[1]?.length, 1);
  });

  await t.step(
    "tells of the oldest that was not acknowledged, whatever came after it",
    async () => {
      const { seq } = await stream.publish("pay.succeeded");
      await stream.publish("pay.succeeded");
      await take("order-pay-succeeded", { acknowledged: false });
      await take("order-pay-succeeded", { acknowledged: true });
      const [, waiting] = await said();
      assert.ok(waiting?.some((what) => what.includes(`has 1 to consume, the oldest (${seq})`)));
    },
  );

  await t.step("names a consumer that was deleted", async () => {
    await manager.consumers.delete("ORDER", "cart-order-created");
    assert.deepEqual((await said())[0], ["ORDER has no consumer cart-order-created"]);
  });
});

Deno.test("the audit knows every consumer that services have", async () => {
  const named: string[] = [];
  for (const name of bookNames) {
    for (const file of [`${name}/jobs.ts`, `${name}/jobs/stock.ts`]) {
      const url = new URL(`../../services/${file}`, import.meta.url);
      const text = await Deno.readTextFile(url).catch(() => "");
      const jobs = text.matchAll(/name: "([\w-]+)",\s+stream: "(\w+)",\s+subject: "([\w.]+)"/g);
      named.push(...[...jobs].map(([, job, stream, subject]) => `${job} ${stream} ${subject}`));
    }
  }
  const known = consumers.map(([name, owner, subject]) => {
    return `${name} ${owner.toUpperCase()} ${subject}`;
  });
  assert.deepEqual(named.toSorted(), known.toSorted());
});

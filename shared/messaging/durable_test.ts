import assert from "node:assert/strict";
import { connect } from "nats";
import { testServers } from "../../tests/support/servers.ts";
import { durableInfo, ensureDurable, recreateDurable } from "./durable.ts";
import { ack, deliveryOf, pull } from "./pull.ts";
import { ensureStream } from "./stream.ts";

Deno.test("ensureStream() and ensureDurable() make, leave and update; pulls always end", async (t) => {
  const connection = await connect({ servers: testServers().natsUrl.replace("nats://", "") });
  const manager = await connection.jetstreamManager();
  const noun = `d${crypto.randomUUID().replaceAll("-", "")}`;
  const stream = { name: noun, subjects: [`${noun}.>`] };
  const spec = {
    stream: noun,
    durable: "toy",
    subject: `${noun}.a`,
    ackWaitMs: 5_000,
    ackPendingMax: 10,
  };
  const never = new AbortController().signal;
  const take = (batch: number, expiresMs: number, onSeq: (seq: number) => void) =>
    pull(
      connection,
      { stream: noun, durable: "toy", batch, expiresMs, signal: never },
      (message) => {
        onSeq(deliveryOf(message).streamSeq);
        ack(message);
      },
    );
  try {
    // Some servers say that there is no such consumer, others nothing.
    assert.match(await take(1, 200, () => {}), /^(gone|silent)$/);
    const made = await ensureStream(manager, stream);
    assert.deepEqual(await ensureStream(manager, stream), made);
    const wider = { ...stream, subjects: [`${noun}.>`, `${noun}_too.>`] };
    assert.deepEqual(await ensureStream(manager, wider), made);
    assert.deepEqual((await manager.streams.info(noun)).config.subjects, wider.subjects);

    await ensureDurable(manager, spec);
    await ensureDurable(manager, { ...spec, ackPendingMax: 20 });
    assert.equal((await durableInfo(manager, spec))?.config.max_ack_pending, 20);

    const jetstream = connection.jetstream();
    for (const subject of ["a", "b", "a", "a"]) await jetstream.publish(`${noun}.${subject}`);
    const seen: number[] = [];
    assert.equal(await take(2, 1_000, (seq) => seen.push(seq)), "full");
    assert.equal(await take(5, 300, (seq) => seen.push(seq)), "empty");
    assert.deepEqual(seen, [1, 3, 4]);

    await t.step("recreateDurable() goes on behind what was acknowledged", async () => {
      await jetstream.publish(`${noun}.a`);
      const info = await durableInfo(manager, spec);
      assert.ok(info);
      await recreateDurable(manager, spec, info);
      assert.equal(await take(5, 300, (seq) => seen.push(seq)), "empty");
      assert.deepEqual(seen, [1, 3, 4, 5]);
    });

    await t.step("pull() ends when it is told to", async () => {
      const signal = AbortSignal.abort();
      const options = { stream: noun, durable: "toy", batch: 1, expiresMs: 60_000, signal };
      assert.equal(await pull(connection, options, () => {}), "stopped");
    });
  } finally {
    await manager.streams.delete(noun).catch(() => {});
    await connection.close();
  }
});

Deno.test("deliveryOf() reads both forms of the acknowledgement subject", () => {
  const of = (reply: string) => deliveryOf({ reply } as Parameters<typeof deliveryOf>[0]);
  assert.deepEqual(of("$JS.ACK.S.c.3.41.7.1700000000.0"), { count: 3, streamSeq: 41 });
  assert.deepEqual(of("$JS.ACK._.HASH.S.c.3.41.7.1700000000.0.x"), { count: 3, streamSeq: 41 });
});

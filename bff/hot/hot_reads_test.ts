import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { createLogger } from "../../shared/log.ts";
import { newCall } from "../../shared/rpc/call.ts";
import type { Answer } from "./answer.ts";
import type { Made } from "./hot_read.ts";
import { createHotReads, type HotReadsOptions } from "./hot_reads.ts";

interface Reads {
  /** The number that the kept or new answer has. */
  ask(key?: string): Promise<number>;
  /** The number that is kept, if one may be sent at once. */
  peek(key?: string): number | undefined;
  /** From now on, what `load` does; without, each load brings the next number at once. */
  behave(load?: () => Promise<Made<number>>): void;
  readonly clock: { ms: number };
  readonly reads: ReturnType<typeof createHotReads>;
  readonly lines: string[];
  readonly loads: () => number;
}

/** Answers that are numbers: of how many loads so far each is. Every load is tagged "all" and its key. */
function numbered(options: Partial<HotReadsOptions> = {}, absentTags?: readonly string[]): Reads {
  const clock = { ms: 0 };
  const lines: string[] = [];
  const log = createLogger({ write: (line) => lines.push(line) });
  const reads = createHotReads({ log, timeoutMs: 1_000, now: () => clock.ms, ...options });
  let loads = 0;
  let special: (() => Promise<Made<number>>) | undefined;
  const absent = absentTags === undefined ? {} : { absentTags };

  function load(key: string): Promise<Made<number>> {
    loads++;
    return special?.() ?? Promise.resolve({ body: loads, tags: ["all", key] });
  }
  return {
    async ask(key = "key") {
      const read = { key, route: "/v1/thing", load: () => load(key), ...absent };
      return numberOf(await reads.answer(read, newCall(new Headers())));
    },
    peek(key = "key") {
      const kept = reads.peek(key);
      return kept && numberOf(kept.answer);
    },
    behave: (next) => special = next,
    ...{ clock, reads, lines, loads: () => loads },
  };
}

function numberOf({ body }: Answer): number {
  return Number(new TextDecoder().decode(body));
}

/** Lets promises that are settled be heard of. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

const away = () => Promise.reject(new ConnectError("away", Code.Unavailable));
const gone = () => Promise.reject(new ConnectError("no such thing", Code.NotFound));

Deno.test("HotReads keeps an answer for a second", async () => {
  const { ask, peek, clock, reads } = numbered();
  assert.equal(peek(), undefined);
  assert.equal(await ask(), 1);
  clock.ms = 999;
  assert.deepEqual([await ask(), peek(), reads.counters.hits], [1, 1, 2]);
});

Deno.test("HotReads sends a stale answer for one more second while one flight makes it anew", async () => {
  const { ask, peek, clock, reads, loads } = numbered();
  await ask();
  clock.ms = 1_000;
  assert.deepEqual([peek(), peek(), await ask(), loads()], [1, 1, 1, 2]);
  await settled();
  assert.deepEqual([peek(), loads()], [2, 2]);
  const { hits, stale_hits, misses } = reads.counters;
  assert.deepEqual({ hits, stale_hits, misses }, { hits: 1, stale_hits: 3, misses: 1 });
});

Deno.test("HotReads lets a reader wait for what is older than two seconds", async () => {
  const { ask, peek, clock, loads } = numbered();
  await ask();
  clock.ms = 2_000;
  assert.deepEqual([peek(), loads()], [undefined, 1]);
  assert.equal(await ask(), 2);
});

Deno.test("HotReads makes one call for 200 readers at once", async () => {
  const { ask, reads, loads } = numbered();
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask()));
  assert.deepEqual([new Set(answers), loads()], [new Set([1]), 1]);
  const { misses, shared_flights } = reads.counters;
  assert.deepEqual({ misses, shared_flights }, { misses: 1, shared_flights: 199 });
});

Deno.test("HotReads sends what is 30 seconds old at most while services fail, and tells it once", async () => {
  const { ask, peek, behave, clock, reads, lines } = numbered();
  await ask();
  behave(away);
  clock.ms = 5_000;
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
  assert.deepEqual(new Set(answers), new Set([1]));
  clock.ms = 5_999;
  assert.equal(peek(), 1);
  clock.ms = 29_999;
  assert.equal(await ask(), 1);
  const [line] = lines.map((text) => JSON.parse(text));
  assert.deepEqual([lines.length, line.level, line.route], [1, "warn", "/v1/thing"]);
  clock.ms = 30_000;
  assert.equal(peek(), undefined);
  await assert.rejects(ask(), /away/);
  assert.equal(reads.counters.rescued, 2);
});

Deno.test("HotReads does not ask failing services more often than once a second", async () => {
  const { ask, peek, behave, clock, loads } = numbered();
  await ask();
  behave(away);
  for (clock.ms = 1_000; clock.ms < 6_000; clock.ms += 100) {
    assert.equal(peek(), 1);
    await settled();
  }
  assert.equal(loads(), 6);
  behave();
  clock.ms = 6_500;
  peek();
  await settled();
  assert.equal(peek(), 7);
});

Deno.test("HotReads does not hide a refusal behind an answer from before", async () => {
  const { ask, peek, behave, clock } = numbered();
  await ask();
  behave(gone);
  clock.ms = 2_000;
  await assert.rejects(ask(), /no such thing/);
  behave(away);
  clock.ms = 2_500;
  await assert.rejects(ask(), /away/);
  assert.equal(peek(), undefined);
});

Deno.test("HotReads keeps for a second that there is no such thing, if it may", async () => {
  const { ask, peek, behave, clock, reads, loads } = numbered({}, ["thing:1"]);
  behave(gone);
  await assert.rejects(ask(), /no such thing/);
  behave();
  clock.ms = 999;
  assert.equal(peek(), undefined);
  await assert.rejects(ask(), /no such thing/);
  assert.equal(loads(), 1);
  reads.drop(["thing:1"]);
  assert.equal(await ask(), 2);
});

Deno.test("HotReads never keeps a failure", async () => {
  const { ask, behave } = numbered({}, ["thing:1"]);
  behave(away);
  await assert.rejects(ask(), /away/);
  behave();
  assert.equal(await ask(), 2);
});

Deno.test("HotReads.drop() forgets what has the tag, also for the case of failure", async () => {
  const { ask, peek, behave, reads } = numbered();
  await ask("a");
  await ask("b");
  reads.drop(["a"]);
  assert.deepEqual([peek("a"), peek("b"), reads.counters.invalidated, reads.size], [
    ...[undefined, 2, 1, 1],
  ]);
  behave(away);
  await assert.rejects(ask("a"), /away/);
  reads.drop(["all"]);
  assert.deepEqual([peek("b"), reads.size], [undefined, 0]);
});

Deno.test("HotReads does not keep what was dropped while it was made", async () => {
  const { ask, peek, behave, reads } = numbered();
  const made = Promise.withResolvers<Made<number>>();
  behave(() => made.promise);
  const early = ask();
  reads.drop(["all"]);
  const late = ask();
  behave();
  made.resolve({ body: 77, tags: ["all"] });
  assert.deepEqual([await early, await late, peek()], [77, 2, 2]);
});

Deno.test("HotReads does not keep an absence that was dropped while it was asked for", async () => {
  const { ask, behave, reads } = numbered({}, ["thing:1"]);
  const made = Promise.withResolvers<Made<number>>();
  behave(() => made.promise);
  const early = ask();
  reads.drop(["thing:1"]);
  behave();
  made.reject(new ConnectError("no such thing", Code.NotFound));
  await assert.rejects(early, /no such thing/);
  assert.equal(await ask(), 2);
});

Deno.test("HotReads.dropAll() forgets everything, also what is being made", async () => {
  const { ask, peek, behave, reads } = numbered();
  await ask("a");
  const made = Promise.withResolvers<Made<number>>();
  behave(() => made.promise);
  const early = ask("b");
  reads.dropAll();
  made.resolve({ body: 77, tags: [] });
  assert.deepEqual([await early, peek("a"), peek("b")], [77, undefined, undefined]);
});

Deno.test("HotReads keeps so many answers, and so many bytes of them", async () => {
  const few = numbered({ answersMax: 10 });
  for (let n = 0; n < 1_000; n++) await few.ask(`key ${n}`);
  const small = numbered({ bytesMax: 100_000 });
  for (let n = 0; n < 1_000; n++) await small.ask(`key ${n}`);
  assert.equal(few.reads.size, 10);
  assert.ok(small.reads.size > 50 && small.reads.size < 100, `${small.reads.size}`);
  assert.deepEqual([few.peek("key 999"), few.peek("key 0")], [1_000, undefined]);
});

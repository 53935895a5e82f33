import assert from "node:assert/strict";
import { Code, ConnectError } from "@connectrpc/connect";
import { requestedTimeoutMs, withDeadline } from "./deadline.ts";

Deno.test("requestedTimeoutMs() reads both protocols' headers", () => {
  const samples: readonly [string, string, number | undefined][] = [
    ["connect-timeout-ms", "250", 250],
    ["connect-timeout-ms", "0", 0],
    ["connect-timeout-ms", "-1", undefined],
    ["connect-timeout-ms", "99999999999", undefined],
    ["connect-timeout-ms", "1e3", undefined],
    ["grpc-timeout", "2H", 7_200_000],
    ["grpc-timeout", "3M", 180_000],
    ["grpc-timeout", "10S", 10_000],
    ["grpc-timeout", "250m", 250],
    ["grpc-timeout", "5000u", 5],
    ["grpc-timeout", "8000000n", 8],
    ["grpc-timeout", "10X", undefined],
    ["other", "10", undefined],
  ];
  const read = samples.map(([name, value]) => requestedTimeoutMs(new Headers({ [name]: value })));
  assert.deepEqual(read, samples.map(([, , expected]) => expected));
});

Deno.test("withDeadline() settles as the work does, and leaves no timer", async () => {
  const later = performance.now() + 60_000;
  assert.equal(await withDeadline(Promise.resolve("done"), later), "done");
  await assert.rejects(withDeadline(Promise.reject(new Error("broken")), later), /broken/);
});

Deno.test("withDeadline() gives up in time, also when none is left", async () => {
  for (const leftMs of [15, 0, -5]) {
    await assert.rejects(
      withDeadline(new Promise(() => {}), performance.now() + leftMs),
      (error) => error instanceof ConnectError && error.code === Code.DeadlineExceeded,
    );
  }
});

import assert from "node:assert/strict";
import { requestedTimeoutMs } from "./deadline.ts";

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

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** A worker that hashes: Argon2id keeps its thread busy for tens of milliseconds. */
import { argon2id, argon2Verify } from "hash-wasm";
import type { HashCost } from "../password_hash.ts";

/** One thing to do; the answer carries the same number. */
export type HashTask =
  | { readonly id: number; readonly kind: "hash"; readonly secret: string; readonly cost: HashCost }
  | {
    readonly id: number;
    readonly kind: "verify";
    readonly secret: string;
    readonly encoded: string;
  };

export interface HashAnswer {
  readonly id: number;
  /** The encoded hash, or whether it fits; undefined if it could not be done. */
  readonly result: string | boolean | undefined;
}

const saltBytes = 16;
const hashBytes = 32;

async function work(task: HashTask): Promise<string | boolean> {
  if (task.kind === "verify") {
    return await argon2Verify({ password: task.secret, hash: task.encoded });
  }
  const { memoryKib, passes, lanes } = task.cost;
  return await argon2id({
    password: task.secret,
    salt: crypto.getRandomValues(new Uint8Array(saltBytes)),
    memorySize: memoryKib,
    iterations: passes,
    parallelism: lanes,
    hashLength: hashBytes,
    outputType: "encoded",
  });
}

self.onmessage = async ({ data }: MessageEvent<HashTask>) => {
  // Why is not told: the library's own words might quote the secret.
  const result = await work(data).catch(() => undefined);
  self.postMessage({ id: data.id, result } satisfies HashAnswer);
};

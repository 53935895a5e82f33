import assert from "node:assert/strict";
import { connect } from "nats";
import { audit } from "../../tools/audit/audit.ts";
import type { Breach } from "../../tools/audit/books.ts";
import { eventually } from "./eventually.ts";
import type { Mall } from "./mall.ts";

/** Everything that breaks a rule in this mall now; nothing may be under way. */
export async function auditMall(mall: Mall): Promise<readonly Breach[]> {
  const nats = await connect({ servers: mall.nats().url });
  try {
    return await audit(mall.sql, { ms: 0 }, { nats });
  } finally {
    await nats.close();
  }
}

/** Waits until no rule is broken: what is under way gets its time, and no more. */
export async function booksAgree(
  mall: Mall,
  { timeoutMs = 60_000 }: { readonly timeoutMs?: number } = {},
): Promise<void> {
  await eventually("the books agree", async () => {
    assert.deepEqual(await auditMall(mall), []);
    return true;
  }, { timeoutMs, pollMs: 100 });
}

import { connect } from "nats";
import { audit } from "../../tools/audit/audit.ts";
import type { Breach } from "../../tools/audit/books.ts";
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

import { audit } from "../../tools/audit/audit.ts";
import type { Breach } from "../../tools/audit/books.ts";
import type { Mall } from "./mall.ts";

/** Everything that breaks a rule in this mall now; nothing may be under way. */
export function auditMall({ sql }: Mall): Promise<readonly Breach[]> {
  return audit(sql, { ms: 0 });
}

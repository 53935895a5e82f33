/** Pools on the databases of the measured mall, for putting rows in and for the audit. */
import type { ServiceName } from "../dev/databases.ts";
import { createLogger } from "../shared/log.ts";
import { openPostgres, type Postgres } from "../shared/postgres/pool.ts";
import type { Books } from "../tools/audit/books.ts";

export interface MallSql extends Books, AsyncDisposable {}

/** An audit of many orders reads much, in milliseconds. */
const statementTimeoutMs = 60_000;

/** Opens one for each service. Use with `await using`. */
export function openMallSql(urls: Readonly<Record<ServiceName, string>>): MallSql {
  const log = createLogger({ level: "warn", format: "text" });
  const open = (name: ServiceName): Postgres => {
    return openPostgres({ url: urls[name], name: "bench", log, poolMax: 2, statementTimeoutMs });
  };
  const pools = {
    order: open("order"),
    product: open("product"),
    cart: open("cart"),
    user: open("user"),
    pay: open("pay"),
  };
  return {
    ...pools,
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(pools).map((pool) => pool[Symbol.asyncDispose]()));
    },
  };
}

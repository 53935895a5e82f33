/** The plans by which the database really carried out what a store sent. */
import { createLogger } from "../../shared/log.ts";
import { openPostgres, type Sql } from "../../shared/postgres/pool.ts";

/**
 * Calls a store on a connection of its own, with plans made as in the product service: once for a
 * statement, whatever its parameters. Answers the plan of each statement of `call`. `url` must be a
 * superuser's.
 */
export async function plansOf(
  url: string,
  call: (sql: Sql) => Promise<unknown>,
): Promise<readonly string[]> {
  const plans: string[] = [];
  const log = createLogger({ level: "error" });
  await using sql = openPostgres({
    url,
    name: "plans",
    log,
    poolMax: 1,
    genericPlans: true,
    onNotice(message) {
      const plan = /plan:\nQuery Text: [\s\S]*?\n([A-Z][^\n]* \(cost=[\s\S]*)$/.exec(message)?.[1];
      if (plan !== undefined) plans.push(plan.replaceAll(/ {2}\(cost=.*\)/g, ""));
    },
  });
  await sql`LOAD 'auto_explain'`;
  await sql`
    SELECT set_config('auto_explain.log_min_duration', '0', false),
           set_config('client_min_messages', 'log', false)`;
  plans.length = 0;
  await call(sql);
  return plans;
}

/** The plans of the statements that a store sends. */
import type { Sql } from "../../shared/postgres/pool.ts";

/** Calls the store on a connection that explains each query in place of running it. */
export async function plansOf(sql: Sql, call: (sql: Sql) => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  await call(explaining(sql, lines));
  return lines.join("\n");
}

function explaining(sql: Sql, lines: string[]): Sql {
  return new Proxy(sql, {
    apply(target, _self, args: [TemplateStringsArray, ...never[]]) {
      const [parts] = args;
      // What does not begin a query is a part of one.
      if (!/^\s*(SELECT|WITH)\s/.test(parts[0] ?? "")) {
        return Reflect.apply(target, undefined, args);
      }
      const rows = Reflect.apply(target, undefined, [explained(parts), ...args.slice(1)]);
      return rows.then((plan: { "QUERY PLAN": string }[]) => {
        lines.push(...plan.map((line) => line["QUERY PLAN"]));
        return [];
      });
    },
  });
}

function explained(parts: TemplateStringsArray): TemplateStringsArray {
  const strings = [`EXPLAIN (COSTS OFF) ${parts[0]}`, ...parts.slice(1)];
  return Object.assign(strings, { raw: strings });
}

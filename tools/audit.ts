/**
 * `deno task audit`: reads all five databases and NATS, and proves what must always hold: stock,
 * money, the life of orders, events. Prints a table, then the rows that break a rule, and ends with
 * 1 if there are any; with 2 if there is nothing to audit. Of the mall that `deno task dev` runs, or
 * of `<SERVICE>_POSTGRES_URL` and `NATS_URL`.
 */
import { connect } from "nats";
import { readRun } from "../dev/state.ts";
import { renderTable } from "../dev/table.ts";
import { createLogger } from "../shared/log.ts";
import { openPostgres } from "../shared/postgres/pool.ts";
import { audit } from "./audit/audit.ts";
import { bookNames, type Books } from "./audit/books.ts";
import { repositoryRoot } from "./buf.ts";

/** What changed so lately may still be under way, in milliseconds. */
const graceMs = 60_000;
/** An audit reads much: far more than a page may take, in milliseconds. */
const statementTimeoutMs = 60_000;
const dialTimeoutMs = 5_000;

async function main(): Promise<number> {
  const run = readRun(repositoryRoot);
  const urls = bookNames.map((name) => {
    const variable = `${name.toUpperCase()}_POSTGRES_URL`;
    return [name, Deno.env.get(variable) ?? run?.databases[name], variable] as const;
  });
  const natsUrl = Deno.env.get("NATS_URL") ?? run?.urls["nats"];
  const missing = [...urls, ["nats", natsUrl, "NATS_URL"] as const]
    .flatMap(([_name, url, variable]) => url === undefined ? [variable] : []);
  if (missing.length > 0 || natsUrl === undefined) {
    console.error(`nothing to audit: start \`deno task dev\`, or set ${missing.join(", ")}`);
    return 2;
  }
  await using stack = new AsyncDisposableStack();
  const log = createLogger({ level: "error", format: "text" });
  const books = Object.fromEntries(urls.map(([name, url = ""]) => {
    return [name, stack.use(openPostgres({ url, name: "audit", log, statementTimeoutMs }))];
  })) as unknown as Books;
  const nats = await connect({
    servers: natsUrl.split(","),
    name: "audit",
    timeout: dialTimeoutMs,
  });
  stack.defer(() => nats.close());
  const rows: { rule: string; breaches: number }[] = [];
  const breaches = await audit(books, { ms: graceMs }, {
    nats,
    onChecked: (rule, found) => void rows.push({ rule, breaches: found.length }),
  });
  console.log(renderTable(rows, [
    { title: "what must hold", value: ({ rule }) => rule },
    { title: "", value: ({ breaches }) => breaches === 0 ? "holds" : `${breaches} broken` },
  ]));
  for (const { rule, what } of breaches) console.log(`${rule}: ${what}`);
  return breaches.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());

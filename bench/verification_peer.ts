/**
 * A BFF and an order service in one process, with or without proving tokens (`BENCH_VERIFY`): what
 * is between the two is what proving costs. Prints one line of JSON with the BFF's address and
 * serves until its parent closes its input.
 */
import { start as startBff } from "../bff/app.ts";
import { readConfig as readBffConfig } from "../bff/config.ts";
import { start as startOrder } from "../services/order/app.ts";
import { readConfig as readOrderConfig } from "../services/order/config.ts";
import { createLogger } from "../shared/log.ts";
import type { Principal } from "../shared/rpc/principal.ts";

/** Whoever asks is this one. */
const principal: Principal = {
  kind: "user",
  userId: BigInt(Deno.env.get("BENCH_USER_ID") ?? "1"),
  roles: ["user"],
  sessionId: "",
};

if (import.meta.main) {
  const log = createLogger({ write: () => {} });
  const options = Deno.env.get("BENCH_VERIFY") === "yes"
    ? {}
    : { verifyToken: () => Promise.resolve(principal) };
  const order = await startOrder(readOrderConfig(Deno.env), log, options);
  const others = Deno.env.get("BENCH_HOSTS") ?? "";
  const env = new Map(Object.entries({
    ...Deno.env.toObject(),
    STATIC_HOSTS: `order=${order.url};${others}`,
  }));
  const bff = await startBff(readBffConfig(env), log, options);
  console.log(JSON.stringify({ bff: bff.url }));
  for await (const _chunk of Deno.stdin.readable);
  Deno.exit(0);
}

/** `deno task start:sandbox`: the platform for development, in a process of its own. */
import { EnvReader } from "../../shared/config.ts";
import { runProcess } from "../../shared/lifecycle.ts";
import { createLogger } from "../../shared/log.ts";
import { startSandbox } from "./server.ts";

if (import.meta.main) {
  const env = new EnvReader(Deno.env);
  const port = env.port("SANDBOX_PORT", 8890);
  const hostname = env.string("BIND", "127.0.0.1");
  const secret = env.string("SANDBOX_SECRET");
  const file = env.string("SANDBOX_FILE", "");
  env.done();
  const log = createLogger({ format: "text", fields: { service: "sandbox" } });
  await runProcess(() => {
    const sandbox = startSandbox({ port, hostname, secret, log, ...(file === "" ? {} : { file }) });
    log.info("serving", { url: sandbox.url });
    return Promise.resolve(sandbox);
  }, { log });
}

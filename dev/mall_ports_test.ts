import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert/strict";
import { identityOf } from "./identity.ts";
import { chooseServerPort, readMallPorts, requireFreePorts } from "./mall_ports.ts";
import { openState } from "./state.ts";

const nothing = { get: () => undefined };

/** This test's own program, as the system names it. */
async function programName(): Promise<string> {
  const { command = "" } = await identityOf(Deno.pid) ?? {};
  return command.split(" ")[0]?.split("/").at(-1) ?? "";
}

Deno.test("readMallPorts() has the ports of the contract, and takes others", () => {
  const ports = readMallPorts(nothing);
  deepStrictEqual(
    [...Object.values(ports.main), ...Object.values(ports.grpc), ports.bff, ports.sandbox]
      .map((p) => p.port),
    [8080, 8081, 8082, 8083, 8084, 9080, 9081, 9082, 9083, 9084, 8888, 8890],
  );
  const env = new Map([["PAY_GRPC_PORT", "1234"], ["BFF_PORT", "80"]]);
  const changed = readMallPorts(env);
  deepStrictEqual([changed.grpc.pay.port, changed.bff.port], [1234, 80]);
});

Deno.test("readMallPorts() refuses what is no port with a sentence", () => {
  throws(() => readMallPorts(new Map([["BFF_PORT", "http"]])), { name: "SetupError" });
});

Deno.test("requireFreePorts() says who holds a port and what to do", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const holder = `pid ${Deno.pid} (${await programName()})`;
  await rejects(requireFreePorts([{ port, owner: "order", variable: "ORDER_PORT" }]), {
    name: "SetupError",
    message: `port ${port} (order) is taken by ${holder}: ` +
      "stop it, or set ORDER_PORT",
  });
});

Deno.test("chooseServerPort() remembers, gives way to others, and takes a wish literally", async () => {
  const root = await Deno.makeTempDir();
  try {
    using state = await openState(root);
    const first = await chooseServerPort("nats", { env: nothing, state });
    strictEqual(await chooseServerPort("nats", { env: nothing, state }), first);

    using foreign = Deno.listen({ hostname: "127.0.0.1", port: first });
    const next = await chooseServerPort("nats", { env: nothing, state });
    strictEqual(next > foreign.addr.port, true);
    strictEqual(state.rememberedPort("nats"), next);

    const holder = `pid ${Deno.pid} (${await programName()})`;
    const wish = new Map([["MALL_NATS_PORT", `${first}`]]);
    await rejects(chooseServerPort("nats", { env: wish, state }), {
      name: "SetupError",
      message: `port ${first} (nats) is taken by ${holder}: ` +
        "stop it, or set MALL_NATS_PORT",
    });
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

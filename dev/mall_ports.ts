/** Which ports the mall takes on this machine. */
import { ConfigError, EnvReader, type EnvSource } from "../shared/config.ts";
import { type PerService, perService } from "./databases.ts";
import { freePort, isFree, nextFreePort, takenPortSentence } from "./ports.ts";
import { SetupError } from "./setup_error.ts";
import type { MallState } from "./state.ts";

/** A port with the variable that sets it. */
export interface NamedPort {
  readonly port: number;
  readonly owner: string;
  readonly variable: string;
}

export interface MallPorts {
  readonly main: PerService<NamedPort>;
  readonly grpc: PerService<NamedPort>;
  readonly bff: NamedPort;
  readonly sandbox: NamedPort;
}

const mainPorts = { order: 8080, product: 8081, cart: 8082, user: 8083, pay: 8084 } as const;
const bffPort = 8888;
const sandboxPort = 8890;
/** The native gRPC doors are this far from the main ports. */
const grpcOffset = 1_000;

export const embeddedServers = ["postgres", "nats", "redis"] as const;
export type EmbeddedName = (typeof embeddedServers)[number];

/** Away from the usual ports, where a server of the machine's own may live. */
const serverPorts = { postgres: 15_432, nats: 14_222, redis: 16_379 } as const;

/** Reads ORDER_PORT, ORDER_GRPC_PORT, … BFF_PORT, SANDBOX_PORT; 0 takes a free one. Throws `SetupError`. */
export function readMallPorts(source: EnvSource): MallPorts {
  const env = new EnvReader(source);
  function named(owner: string, variable: string, fallback: number): NamedPort {
    const port = env.port(variable, fallback);
    return { port: port === 0 ? freePort() : port, owner, variable };
  }
  const ports = {
    main: perService((name) => named(name, `${name.toUpperCase()}_PORT`, mainPorts[name])),
    grpc: perService((name) =>
      named(`${name}'s gRPC`, `${name.toUpperCase()}_GRPC_PORT`, mainPorts[name] + grpcOffset)
    ),
    bff: named("bff", "BFF_PORT", bffPort),
    sandbox: named("sandbox", "SANDBOX_PORT", sandboxPort),
  };
  doneOrSetupError(env);
  return ports;
}

/** Throws a `SetupError` with one sentence for each port that somebody else holds. */
export async function requireFreePorts(ports: readonly NamedPort[]): Promise<void> {
  const taken = ports.filter(({ port }) => !isFree(port));
  if (taken.length === 0) return;
  const sentences = await Promise.all(taken.map((one) => takenPortSentence(one.port, one)));
  throw new SetupError(sentences.join("\n"));
}

/**
 * The port for an embedded server: MALL_POSTGRES_PORT and so on is taken literally; else the one
 * it had last time, else the usual one, and the next free one when somebody else sits there.
 */
export async function chooseServerPort(
  name: EmbeddedName,
  { env: source, state }: { env: EnvSource; state: MallState },
): Promise<number> {
  const variable = `MALL_${name.toUpperCase()}_PORT`;
  const env = new EnvReader(source);
  const wanted = env.port(variable, 0);
  doneOrSetupError(env);
  if (wanted !== 0) {
    await requireFreePorts([{ port: wanted, owner: name, variable }]);
    return wanted;
  }
  const port = nextFreePort(state.rememberedPort(name) ?? serverPorts[name]);
  state.rememberPort(name, port);
  return port;
}

function doneOrSetupError(env: EnvReader): void {
  try {
    env.done();
  } catch (error) {
    if (error instanceof ConfigError) throw new SetupError(error.message, { cause: error });
    throw error;
  }
}

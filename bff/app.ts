/** Composition root of the BFF. */
import { createServiceIdentity } from "../shared/auth/service_token.ts";
import { remoteTokenIssuer, startVerification } from "../shared/auth/verification.ts";
import type { Directory } from "../shared/discovery/hosts.ts";
import { listen, type Peer } from "../shared/http/listener.ts";
import { createProbes, type Dependency } from "../shared/http/probes.ts";
import type { Logger } from "../shared/log.ts";
import { createMetrics } from "../shared/metrics.ts";
import { connectNats, type Nats } from "../shared/nats/connection.ts";
import type { VerifyToken } from "../shared/rpc/principal.ts";
import { openDirectory } from "../shared/service/directory.ts";
import { createApi } from "./api.ts";
import { createClientAddress } from "./client_address.ts";
import { createClients } from "./clients.ts";
import type { BffConfig } from "./config.ts";
import { createHot } from "./hot/hot.ts";
import { exposeHot } from "./hot/hot_metrics.ts";
import { followChanges } from "./hot/invalidation.ts";
import { bffCors } from "./middleware/cross_origin.ts";

export interface RunningBff extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

export interface BffOverrides {
  /** In place of proving tokens: for benches that measure what proving costs. */
  readonly verifyToken?: VerifyToken;
}

/** The services without which the BFF has nothing to say. */
const services = ["order", "product"] as const;
/** Comments go without their authors while it is away. */
const spareable = ["user"] as const;

/** Starts the BFF. Dispose of it to stop it in order. */
export async function start(
  config: BffConfig,
  log: Logger,
  overrides: BffOverrides = {},
): Promise<RunningBff> {
  await using starting = new AsyncDisposableStack();
  const nats = starting.use(connectNats({ url: config.natsUrl, name: config.name, log }));
  const directory = starting.use(openDirectory(config, nats, log));
  const metrics = createMetrics(config.name);
  const probes = createProbes({ metrics, dependencies: dependenciesOf(directory, nats) });
  const identity = createServiceIdentity(config.name, config.auth);
  const clients = createClients(directory, identity);
  const verifyToken = overrides.verifyToken ?? starting.use(startVerification({
    name: config.name,
    config: config.auth,
    issuer: remoteTokenIssuer(directory, identity),
    nats,
    log,
  })).verifyToken;
  const { corsOrigins, timeoutMs } = config;
  const clientAddress = createClientAddress(config.trustedProxies);
  const hot = starting.use(createHot({ cors: bffCors(corsOrigins), timeoutMs, log }));
  exposeHot(metrics, hot);
  starting.use(followChanges({ nats, log, drop: (tags) => hot.drop(tags) }));
  const api = createApi({
    clients,
    hot,
    probes,
    metrics,
    corsOrigins,
    timeoutMs,
    verifyToken,
    clientAddress,
    log,
  });
  const fetch = (request: Request, peer: Peer) => {
    return hot.tryAnswer(request) ?? api.fetch(request, peer);
  };
  const listener = starting.use(
    listen(fetch, { port: config.port, hostname: config.bind, log }),
  );
  const url = `http://127.0.0.1:${listener.port}`;
  log.info("serving", { url });
  const running = starting.move();
  return { url, port: listener.port, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/**
 * The BFF is ready once it has heard of every service. Later it stays ready while one is away:
 * taking every BFF out of rotation would turn a part's outage into the whole mall's.
 */
function dependenciesOf(directory: Directory, nats: Nats): Dependency[] {
  const seen = new Set<string>();
  const present = (name: string) => directory.hosts(name).list().length > 0;
  return [
    { name: "nats", required: false, check: () => demand(nats.connected) },
    ...services.flatMap((name): Dependency[] => [
      {
        name,
        required: true,
        check: () => {
          if (present(name)) seen.add(name);
          return demand(seen.has(name));
        },
      },
      { name, required: false, check: () => demand(present(name)) },
    ]),
    ...spareable.map((name): Dependency => {
      return { name, required: false, check: () => demand(present(name)) };
    }),
  ];
}

function demand(present: boolean): Promise<void> {
  return present ? Promise.resolve() : Promise.reject(new Error("away"));
}

/** The mall as `deno task dev` runs it: which servers, databases and processes, in which order. */
import { perService, provisionDatabases } from "./databases.ts";
import { mallKeys, newKey } from "./keys.ts";
import { type MallPorts, readMallPorts, requireFreePorts } from "./mall_ports.ts";
import { mallProcesses } from "./mall_processes.ts";
import { planServers } from "./mall_servers.ts";
import type { DevPlan, PrepareContext, Prepared } from "./run.ts";
import { loadDemo } from "./seed_step.ts";
import { SetupError } from "./setup_error.ts";

export interface MallOptions {
  /** The project's directory, absolute, without a slash at the end. */
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The plan of a whole mall. */
export function mallPlan(options: MallOptions): DevPlan {
  return { root: options.root, prepare: (context) => prepare(options, context) };
}

async function prepare({ root, env }: MallOptions, context: PrepareContext): Promise<Prepared> {
  const { state, screen, log } = context;
  const source = { get: (name: string) => env[name] };
  const ports = readMallPorts(source);
  await requireFreePorts([
    ...Object.values(ports.main),
    ...Object.values(ports.grpc),
    ...[ports.bff, ports.sandbox],
  ]);
  const { plans, urls } = await planServers({ env: source, state, screen, log });
  const servers = await context.startServers(plans);
  const databases = await provision(urls.postgres, context);
  const keys = await mallKeys((name) => state.keep(name, newKey));
  return {
    processes: await mallProcesses({
      ...{ root, ports, urls, databases, keys, env },
      sandboxSecret: state.secret("sandbox"),
    }),
    servers,
    databases,
    serverUrls: { nats: urls.nats },
    seed: () => loadDemo({ ...databases, log }, screen),
    firstCommands: firstCommands(ports),
  };
}

async function provision(superuserUrl: string, { state }: PrepareContext) {
  try {
    return await provisionDatabases(superuserUrl, perService((name) => state.secret(name)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SetupError(
      `Postgres does not let us make roles and databases: ${reason}. With MALL_POSTGRES_URL it ` +
        "must be a superuser's URL; else .mall/secrets.json does not belong to .mall/postgres " +
        "any more and `deno task reset` starts afresh",
      { cause },
    );
  }
}

function firstCommands({ bff, main }: MallPorts): readonly string[] {
  const site = `http://localhost:${bff.port}`;
  const login = `curl -s ${site}/v1/user/login -H 'content-type: application/json' ` +
    `-d '{"username":"demo","password":"demo-password-123"}'`;
  return [
    `curl '${site}/v1/category/list?category=2&sort=sales&ps=2'`,
    `curl -G ${site}/v1/search --data-urlencode 'q=手机'`,
    `curl '${site}/v1/product/detail?product_id=1074'`,
    `TOKEN=$(${login} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/') && ` +
    `curl -H "authorization: Bearer $TOKEN" '${site}/v1/order/list?uid=123'`,
    `open ${site}/docs`,
    `curl -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{}' ` +
    `http://localhost:${main.order.port}/order.v1.OrderService/ListOrders`,
  ];
}

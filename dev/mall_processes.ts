/** The processes of the mall and its sandbox of payments, each with exactly the environment that is its business. */
import { startArguments } from "./command.ts";
import { type PerService, type ServiceName, services } from "./databases.ts";
import { keyEnvironment, type KeyOwner, type MallKeys } from "./keys.ts";
import type { MallPorts } from "./mall_ports.ts";
import type { ProcessPlan } from "./supervisor.ts";

export interface ProcessContext {
  readonly root: string;
  readonly ports: MallPorts;
  readonly urls: { readonly nats: string; readonly redis: string };
  /** Each service's own Postgres URL. */
  readonly databases: PerService<string>;
  readonly keys: MallKeys;
  /** What the pay service and the sandbox of payments sign with. */
  readonly sandboxSecret: string;
  /** The environment of `deno task dev` itself. */
  readonly env: Readonly<Record<string, string>>;
}

/** What deno and the system need, and what the person at the terminal may set for all. */
const passedOn = [
  ...["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "XDG_CACHE_HOME", "DENO_DIR", "NO_COLOR"],
  ...["LOG_LEVEL", "STATIC_HOSTS", "CORS_ORIGINS", "ROLE", "JETSTREAM_REPLICAS", "CRASH_AT"],
  ...["AUTH_ISSUER", "AUTH_AUDIENCE", "SERVICE_KEYS"],
];
const passedOnPrefix = "OTEL_";

/** Whoever changes these concerns every process. */
const sharedPaths = ["shared", "proto/gen", "deno.json"];

/** Describes them all. Throws `SetupError` when deno.json has no usable start task for one. */
export async function mallProcesses(context: ProcessContext): Promise<readonly ProcessPlan[]> {
  return await Promise.all([
    ...services.map((name) => servicePlan(name, context)),
    bffPlan(context),
    sandboxPlan(context),
  ]);
}

async function servicePlan(name: ServiceName, context: ProcessContext): Promise<ProcessPlan> {
  const { root, ports, databases } = context;
  const { port } = ports.main[name];
  const grpcPort = ports.grpc[name].port;
  const prefix = name.toUpperCase();
  return {
    name,
    args: await startArguments(root, name),
    env: {
      ...commonEnv(context, name),
      [`${prefix}_POSTGRES_URL`]: databases[name],
      [`${prefix}_PORT`]: `${port}`,
      [`${prefix}_GRPC_PORT`]: `${grpcPort}`,
      ...(name === "pay" ? paymentEnv(context) : {}),
    },
    url: `http://localhost:${port}`,
    grpc: `localhost:${grpcPort}`,
    readyUrl: `http://127.0.0.1:${port}/readyz`,
    paths: [`services/${name}`, ...sharedPaths],
  };
}

async function bffPlan(context: ProcessContext): Promise<ProcessPlan> {
  const { port } = context.ports.bff;
  return {
    name: "bff",
    args: await startArguments(context.root, "bff"),
    env: { ...commonEnv(context, "bff"), BFF_PORT: `${port}` },
    url: `http://localhost:${port}`,
    readyUrl: `http://127.0.0.1:${port}/readyz`,
    paths: ["bff", ...sharedPaths],
  };
}

/** Pays with the sandbox, unless the person at the terminal wants another one or none. */
function paymentEnv({ ports, sandboxSecret, env }: ProcessContext) {
  if (env["PAY_SANDBOX_URL"] !== undefined) return {};
  return {
    PAY_SANDBOX_URL: `http://localhost:${ports.sandbox.port}`,
    PAY_SANDBOX_SECRET: sandboxSecret,
    PAY_NOTIFY_URL: env["PAY_NOTIFY_URL"] ?? `http://127.0.0.1:${ports.bff.port}`,
  };
}

async function sandboxPlan({ root, ports, sandboxSecret, env }: ProcessContext) {
  const { port } = ports.sandbox;
  const inherited = Object.entries(env).filter(([variable]) => passedOn.includes(variable));
  return {
    name: "sandbox",
    args: await startArguments(root, "sandbox"),
    env: {
      ...Object.fromEntries(inherited),
      BIND: "127.0.0.1",
      SANDBOX_PORT: `${port}`,
      SANDBOX_SECRET: sandboxSecret,
      SANDBOX_FILE: ".mall/sandbox.json",
    },
    url: `http://localhost:${port}`,
    readyUrl: `http://127.0.0.1:${port}/readyz`,
    paths: ["dev/sandbox", ...sharedPaths],
  };
}

/** Nobody sees another service's variables; its own, set at the terminal, come through. */
function commonEnv(
  { env, keys, urls }: ProcessContext,
  name: KeyOwner,
): Readonly<Record<string, string>> {
  const prefix = name.toUpperCase();
  const isPassedOn = (variable: string) =>
    passedOn.includes(variable) || variable.startsWith(passedOnPrefix) ||
    variable.startsWith(`${prefix}_`);
  return {
    ...keyEnvironment(keys, name),
    ...Object.fromEntries(Object.entries(env).filter(([variable]) => isPassedOn(variable))),
    NATS_URL: urls.nats,
    REDIS_URL: urls.redis,
    LOG_FORMAT: "text",
    BIND: "127.0.0.1",
    HOST: "127.0.0.1",
  };
}

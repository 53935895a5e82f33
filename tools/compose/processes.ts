/** Our own programs in compose.yaml: each gets the environment that its config requires. */
import { ConfigError, type EnvSource } from "../../shared/config.ts";
import type { ComposeFile, ComposeService } from "./file.ts";
import { substituted } from "./variables.ts";

/** One of our programs, as its container must run it. */
export interface Program {
  /** Its name in compose.yaml. */
  readonly name: string;
  /** Its config: throws `ConfigError` for an environment that is not enough. */
  readonly readConfig: (source: EnvSource) => unknown;
  /** The task of deno.json that starts it; undefined for what ends by itself. */
  readonly task?: string;
}

/** Read by Deno itself, not by a config. */
const runtimeVariable = /^(OTEL_|DENO_)|^(TZ|NO_COLOR)$/;
const serverUrl = /^(postgres(?:ql)?|nats|redis):\/\//;
/** Stands for every value that the environment has to give: a password. */
const sample = (name: string) => {
  if (name === "SERVICE_KEYS") return `bff=${samplePublicKey}`;
  return /_(SERVICE_KEY|SIGNING_KEYS)$/.test(name) ? samplePrivateKey : "sample";
};
/** The key pair of RFC 8037, appendix A: everybody knows it. */
const samplePublicKey = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const samplePrivateKey = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";

/** The mistakes in what our programs are given, a sentence each. */
export function programProblems(
  file: ComposeFile,
  programs: readonly Program[],
): readonly string[] {
  const known = new Set(programs.map((program) => program.name));
  const strangers = file.services.filter((each) => each.isOurs && !known.has(each.name));
  return [
    ...strangers.map(({ name }) => `${name}: is built from here, but there is no such program`),
    ...programs.flatMap((program) => {
      const service = file.services.find((each) => each.name === program.name);
      if (service === undefined) return [`${program.name}: is missing in compose.yaml`];
      return [
        ...configProblems(service, program),
        ...hostProblems(service, file),
        ...taskProblems(service, program),
      ];
    }),
  ];
}

/** A container's environment, with a sample for each value that is demanded from outside. */
export function containerEnvironment(service: ComposeService): ReadonlyMap<string, string> {
  const entries = Object.entries(service.environment);
  return new Map(entries.map(([key, value]) => [key, substituted(value, sample)]));
}

function configProblems(service: ComposeService, program: Program): readonly string[] {
  const { name } = program;
  const environment = containerEnvironment(service);
  const asked = new Set<string>();
  let config: unknown;
  const problems: string[] = [];
  try {
    config = program.readConfig({
      get(variable) {
        asked.add(variable);
        return environment.get(variable);
      },
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems.map((problem) => `${name}: ${problem}`));
  }
  const unread = [...environment.keys()].filter((key) =>
    !asked.has(key) && !runtimeVariable.test(key)
  );
  problems.push(...unread.map((key) => `${name}: sets ${key}, which its config does not read`));
  return [...problems, ...portProblems(service, config)];
}

/** What is published and probed is what the program listens on. */
function portProblems(service: ComposeService, config: unknown): readonly string[] {
  const { name, ports, healthTest } = service;
  const own = portsOf(config);
  const [main] = own;
  if (main === undefined) return [];
  const targets = ports.map((mapping) => Number(mapping.split(":").at(-1)));
  const wrong = targets.filter((port) => !own.includes(port));
  const probes = healthTest.some((part) => part.startsWith(`http://127.0.0.1:${main}/`));
  const allowed = healthTest.includes(`--allow-net=127.0.0.1:${main}`);
  return [
    ...wrong.map((port) => `${name}: publishes ${port}, but listens on ${own.join(", ")}`),
    ...(probes && allowed ? [] : [`${name}: its healthcheck must ask 127.0.0.1:${main}`]),
  ];
}

function portsOf(config: unknown): readonly number[] {
  if (typeof config !== "object" || config === null) return [];
  const { port, grpcPort } = config as { port?: unknown; grpcPort?: unknown };
  return [port, grpcPort].filter((each) => typeof each === "number");
}

/** Every server that a URL names can be reached from here, and is waited for. */
function hostProblems(service: ComposeService, file: ComposeFile): readonly string[] {
  const { name } = service;
  const problems: string[] = [];
  for (const [key, value] of containerEnvironment(service)) {
    if (!serverUrl.test(value)) continue;
    const host = new URL(value).hostname;
    const server = file.services.find((each) => each.name === host);
    if (server === undefined) problems.push(`${name}: ${key} names ${host}, which does not exist`);
    else if (!server.networks.some((network) => service.networks.includes(network))) {
      problems.push(`${name}: shares no network with ${host} of ${key}`);
    } else if (!waitsFor(file, service, host)) {
      problems.push(`${name}: does not wait for ${host} of ${key}`);
    }
  }
  return problems;
}

/** Directly, or through what it waits for; `depth` ends a circle. */
function waitsFor(
  file: ComposeFile,
  service: ComposeService,
  host: string,
  depth = file.services.length,
): boolean {
  if (depth === 0) return false;
  return Object.keys(service.dependsOn).some((name) => {
    const next = file.services.find((each) => each.name === name);
    return name === host || next !== undefined && waitsFor(file, next, host, depth - 1);
  });
}

function taskProblems(service: ComposeService, { task }: Program): readonly string[] {
  if (task === undefined) return [];
  const [verb, ...rest] = service.command;
  if (verb === "task" && rest.at(-1) === task) return [];
  return [`${service.name}: its command must be [task, --quiet, "${task}"]`];
}

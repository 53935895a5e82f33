/** compose.yaml, narrowed to what the checks ask about. */
import { parse } from "yaml";

/** One service of compose.yaml, with its anchors and merges resolved. */
export interface ComposeService {
  readonly name: string;
  readonly image: string;
  /** Whether the image is made of this repository, so that one of our programs runs in it. */
  readonly isOurs: boolean;
  readonly command: readonly string[];
  /** As written: `${…}` is not replaced. */
  readonly environment: Readonly<Record<string, string>>;
  /** The names of services, and the condition that each is waited for with. */
  readonly dependsOn: Readonly<Record<string, string>>;
  readonly healthTest: readonly string[];
  readonly ports: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** Everything, for checks of single keys. */
  readonly all: Readonly<Record<string, unknown>>;
}

export interface ComposeFile {
  readonly services: readonly ComposeService[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** Reads a compose file. Throws with a sentence for what is no YAML or has no services. */
export function readCompose(text: string): ComposeFile {
  const file: unknown = parse(text, { merge: true });
  if (!isRecord(file) || !isRecord(file.services)) throw new Error("compose.yaml has no services");
  return {
    services: Object.entries(file.services).map(([name, value]) => readService(name, value)),
    networks: keysOf(file.networks),
    volumes: keysOf(file.volumes),
  };
}

function readService(name: string, value: unknown): ComposeService {
  if (!isRecord(value)) throw new Error(`service ${name} is not a map`);
  const health = isRecord(value.healthcheck) ? value.healthcheck : {};
  return {
    name,
    image: typeof value.image === "string" ? value.image : "",
    isOurs: value.build !== undefined,
    command: texts(value.command),
    environment: textMap(value.environment),
    dependsOn: conditions(value.depends_on),
    healthTest: texts(health.test),
    ports: texts(value.ports),
    networks: Array.isArray(value.networks) ? texts(value.networks) : keysOf(value.networks),
    volumes: texts(value.volumes),
    all: value,
  };
}

/** Lists of texts only: what a shell would have to split is not a list. */
function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function textMap(value: unknown): Record<string, string> {
  if (Array.isArray(value)) {
    return Object.fromEntries(value.map((line) => {
      const [key = "", ...rest] = String(line).split("=");
      return [key, rest.join("=")];
    }));
  }
  const entries = Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(entries.map(([key, each]) => [key, String(each ?? "")]));
}

function conditions(value: unknown): Record<string, string> {
  if (Array.isArray(value)) {
    return Object.fromEntries(value.map((name) => [String(name), "service_started"]));
  }
  const entries = Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(entries.map(([name, each]) => {
    const condition = isRecord(each) ? each.condition : undefined;
    return [name, typeof condition === "string" ? condition : "service_started"];
  }));
}

function keysOf(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

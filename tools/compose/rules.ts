/** What holds for every service of compose.yaml, whatever runs in it. */
import type { ComposeFile, ComposeService } from "./file.ts";
import { isDemanded, variablesOf } from "./variables.ts";

const secretName = /PASSWORD|SECRET|TOKEN|PRIVATE|CREDENTIAL/;
const passwordInUrl = /^[a-z]+:\/\/[^/@]*?:(\$\{[^}]*\}|[^/@$]+)@/i;
const completed = "service_completed_successfully";
const conditions = ["service_healthy", completed];

/** The mistakes of a compose file, a sentence each. */
export function composeProblems(file: ComposeFile): readonly string[] {
  const each = file.services.flatMap((service) => [
    ...imageProblems(service),
    ...hardeningProblems(service),
    ...secretProblems(service),
    ...healthProblems(service, file),
    ...referenceProblems(service, file),
  ]);
  return [...each, ...portProblems(file)];
}

function imageProblems({ name, image }: ComposeService): readonly string[] {
  const tag = /:([^:/@]+)(@|$)/.exec(image)?.[1];
  if (tag !== undefined && tag !== "latest") return [];
  return [`${name}: pin the version of its image "${image}"`];
}

function hardeningProblems({ name, all }: ComposeService): readonly string[] {
  const wanted: readonly (readonly [string, boolean])[] = [
    ["read_only: true", all.read_only === true],
    ["cap_drop: [ALL]", listed(all.cap_drop, "ALL")],
    [
      'security_opt: ["no-new-privileges:true"]',
      listed(all.security_opt, "no-new-privileges:true"),
    ],
    ["mem_limit", typeof all.mem_limit === "string"],
    ["stop_grace_period", typeof all.stop_grace_period === "string"],
    ["restart", typeof all.restart === "string"],
  ];
  return wanted.filter(([, there]) => !there).map(([key]) => `${name}: give it ${key}`);
}

function secretProblems({ name, environment }: ComposeService): readonly string[] {
  return Object.entries(environment).flatMap(([key, value]) => {
    const password = secretName.test(key) ? value : passwordInUrl.exec(value)?.[1];
    if (password !== undefined) {
      return isDemanded(password) ? [] : [`${name}: take the secret of ${key} from ${demand(key)}`];
    }
    const silent = variablesOf(value).filter((variable) => variable.operator === "");
    return silent.map((variable) =>
      `${name}: ${key} is empty without ${variable.name}: give it a default or a message`
    );
  });
}

function demand(key: string): string {
  return `the environment: \${${/URL$/.test(key) ? "…_PASSWORD" : key}:?a message}`;
}

/** A program that ends is not asked for its health; who waits for it waits for its end. */
function healthProblems(service: ComposeService, file: ComposeFile): readonly string[] {
  const waits = file.services.map((each) => each.dependsOn[service.name]);
  if (waits.includes(completed)) return [];
  const [kind, program] = service.healthTest;
  if (kind === "CMD" && program !== undefined) return [];
  return [`${service.name}: give it a healthcheck with test: [CMD, program, …]`];
}

function referenceProblems(service: ComposeService, file: ComposeFile): readonly string[] {
  const names = file.services.map((each) => each.name);
  const { name, dependsOn, networks } = service;
  const mounts = service.volumes.map((mount) => mount.split(":")[0] ?? "");
  return [
    ...Object.keys(dependsOn).filter((each) => !names.includes(each))
      .map((each) => `${name}: depends on ${each}, which does not exist`),
    ...Object.entries(dependsOn).filter(([, condition]) => !conditions.includes(condition))
      .map(([each]) => `${name}: say what it waits for of ${each}: ${conditions.join(" or ")}`),
    ...networks.filter((each) => !file.networks.includes(each))
      .map((each) => `${name}: network ${each} is not declared`),
    ...mounts.filter((each) => !/^[./]/.test(each) && !file.volumes.includes(each))
      .map((each) => `${name}: volume ${each} is not declared`),
  ];
}

function portProblems(file: ComposeFile): readonly string[] {
  const owners = new Map<string, string>();
  return file.services.flatMap(({ name, ports }) =>
    ports.flatMap((mapping) => {
      const published = mapping.split(":").at(-2) ?? mapping;
      const owner = owners.get(published);
      owners.set(published, name);
      return owner === undefined ? [] : [`${name}: port ${published} is published by ${owner} too`];
    })
  );
}

function listed(value: unknown, wanted: string): boolean {
  return Array.isArray(value) && value.includes(wanted);
}

/**
 * Checks compose.yaml and the Dockerfile as far as it goes without a container engine:
 *
 *     deno run -A tools/compose_check.ts
 *
 * Ends with 1 and a sentence for each mistake.
 */
import { databaseUrl, type ServiceName, services } from "../dev/databases.ts";
import { provisionConfig } from "../dev/provision.ts";
import type { EnvSource } from "../shared/config.ts";
import { type ComposeFile, readCompose } from "./compose/file.ts";
import { imageProblems } from "./compose/image.ts";
import { containerEnvironment, type Program, programProblems } from "./compose/processes.ts";
import { listFiles, moduleGraph } from "./compose/repository.ts";
import { composeProblems } from "./compose/rules.ts";
import { schemaVerdict } from "./compose/schema.ts";
import { variablesOf } from "./compose/variables.ts";

const root = decodeURIComponent(new URL("..", import.meta.url).pathname).replace(/\/$/, "");
const provision: Program = { name: "provision", readConfig: provisionConfig };

/** Every process of the mall, with its own config. */
async function readPrograms(): Promise<readonly Program[]> {
  const folders = [...services.map((name) => [name, `services/${name}`]), ["bff", "bff"]];
  const processes = folders.map(async ([name = "", folder]) => {
    const config: { readConfig: (source: EnvSource) => unknown } = await import(
      `../${folder}/config.ts`
    );
    return { name, readConfig: config.readConfig, task: `start:${name}` };
  });
  return [...await Promise.all(processes), provision];
}

/** Each service is given the very database and role that `provision` makes for it. */
export function databaseProblems(file: ComposeFile): readonly string[] {
  const maker = file.services.find((each) => each.name === provision.name);
  const made = maker === undefined ? new Map() : containerEnvironment(maker);
  return services.flatMap((name: ServiceName) => {
    const variable = `${name.toUpperCase()}_POSTGRES`;
    const user = file.services.find((each) => each.name === name);
    if (user === undefined) return [];
    const given = containerEnvironment(user).get(`${variable}_URL`);
    const url = databaseUrl(made.get("MALL_POSTGRES_URL") ?? "postgres://-/", name, "sample");
    const same = passwordVariable(user.environment[`${variable}_URL`]) ===
      passwordVariable(maker?.environment[`${variable}_PASSWORD`]);
    return given === url && same
      ? []
      : [`${name}: ${variable}_URL is not what provision makes: ${url}`];
  });
}

function passwordVariable(value: string | undefined): string | undefined {
  return variablesOf(value ?? "")[0]?.name;
}

async function dockerfileProblems(): Promise<readonly string[]> {
  const read = (path: string) => Deno.readTextFile(`${root}/${path}`);
  const mains = [...services.map((name) => `services/${name}/main.ts`), "bff/main.ts"];
  const graph = await moduleGraph(root, [...mains, "dev/provision.ts", "tools/health_check.ts"]);
  const problems = imageProblems({
    dockerfile: await read("Dockerfile"),
    dockerignore: await read(".dockerignore"),
    files: await listFiles(root),
    loaded: graph.files,
    packages: graph.packages,
    denoVersion: /deno@([\d.]+)/.exec(await read(".ci/run"))?.[1] ?? "",
  });
  return [...graph.problems, ...problems];
}

/** Each start task exists and lets its process read what compose.yaml gives it. */
async function taskProblems(
  file: ComposeFile,
  programs: readonly Program[],
): Promise<readonly string[]> {
  const { tasks = {} }: { tasks?: Record<string, string | { command?: string }> } = JSON.parse(
    await Deno.readTextFile(`${root}/deno.json`),
  );
  return programs.flatMap(({ name, task }) => {
    if (task === undefined) return [];
    const found = tasks[task];
    const command = typeof found === "string" ? found : found?.command;
    if (command === undefined) return [`deno.json: there is no task ${task}`];
    const service = file.services.find((each) => each.name === name);
    return unreadable(command, Object.keys(service?.environment ?? {}))
      .map((variable) => `deno.json: ${task} may not read ${variable}: name it in --allow-env`);
  });
}

/** The variables that `--allow-env=A,B_*` in a command does not cover. Deno's own need no leave. */
export function unreadable(
  command: string,
  variables: readonly string[],
): readonly string[] {
  const option = command.split(/\s+/).find((part) => part.startsWith("--allow-env"));
  if (option === "--allow-env") return [];
  const allowed = option?.slice("--allow-env=".length).split(",") ?? [];
  return variables.filter((variable) =>
    !/^(OTEL|DENO)_/.test(variable) &&
    !allowed.some((each) =>
      each.endsWith("*") ? variable.startsWith(each.slice(0, -1)) : each === variable
    )
  );
}

async function main(): Promise<number> {
  const text = await Deno.readTextFile(`${root}/compose.yaml`);
  const file = readCompose(text);
  const programs = await readPrograms();
  const demanded = variablesOf(text).map((variable) => [variable.name, "sample"]);
  const schema = await schemaVerdict(root, Object.fromEntries(demanded));
  const problems = [
    ...(schema.kind === "invalid" ? [schema.problem] : []),
    ...composeProblems(file),
    ...programProblems(file, programs),
    ...databaseProblems(file),
    ...await taskProblems(file, programs),
    ...await dockerfileProblems(),
  ];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) return 1;
  const by = schema.kind === "valid" ? schema.by : "no Docker Compose here: its schema unchecked";
  console.log(`compose.yaml and Dockerfile: ${file.services.length} services (${by})`);
  return 0;
}

if (import.meta.main) Deno.exit(await main());

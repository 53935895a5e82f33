/**
 * Checks that the documents still tell the truth about what a program can look up: links, tasks,
 * variables of the environment, dependencies.
 *
 *     deno run -A tools/docs_check.ts
 *
 * Ends with 1 and a sentence for each mistake.
 */
import { services } from "../dev/databases.ts";
import { embeddedServers, readMallPorts } from "../dev/mall_ports.ts";
import { provisionConfig } from "../dev/provision.ts";
import type { EnvSource } from "../shared/config.ts";
import { repositoryRoot as root } from "./buf.ts";
import { listFiles } from "./compose/repository.ts";
import {
  dependencyProblems,
  linkProblems,
  type Pages,
  taskProblems,
  variableProblems,
} from "./docs/rules.ts";

/** What `deno task dev` reads on its way to the servers, one of each for every server. */
const serverVariables = embeddedServers.flatMap((server) =>
  ["URL", "PORT"].map((what) => `MALL_${server.toUpperCase()}_${what}`)
);

/** The variables that `readConfig` asks for, whether or not they are there. */
export function variablesRead(readConfig: (source: EnvSource) => unknown): readonly string[] {
  const names = new Set<string>();
  const source = {
    get(name: string): undefined {
      names.add(name);
    },
  };
  try {
    readConfig(source);
  } catch {
    // Something required is missing; it was asked for all the same.
  }
  return [...names];
}

async function allVariablesRead(): Promise<ReadonlySet<string>> {
  const folders = [...services.map((name) => `services/${name}`), "bff"];
  const configs = await Promise.all(folders.map(async (folder) => {
    const config: { readConfig: (source: EnvSource) => unknown } = await import(
      `../${folder}/config.ts`
    );
    return config.readConfig;
  }));
  const read = [...configs, readMallPorts, provisionConfig].flatMap(variablesRead);
  return new Set([...read, ...serverVariables]);
}

async function readPages(files: readonly string[]): Promise<Pages> {
  const paths = files.filter((path) => path.endsWith(".md"));
  const pages = paths.map(async (path) =>
    [path, await Deno.readTextFile(`${root}/${path}`)] as const
  );
  return new Map(await Promise.all(pages));
}

async function findProblems(): Promise<{ pages: number; problems: readonly string[] }> {
  const files = await listFiles(root);
  const pages = await readPages(files);
  const { tasks = {}, imports = {} }: Record<string, object> = JSON.parse(
    await Deno.readTextFile(`${root}/deno.json`),
  );
  const problems = [
    ...linkProblems(pages, files),
    ...taskProblems(pages, Object.keys(tasks)),
    ...variableProblems(pages.get("README.md") ?? "", { read: await allVariablesRead(), services }),
    ...dependencyProblems(pages.get("CONTRIBUTING.md") ?? "", Object.keys(imports)),
  ];
  return { pages: pages.size, problems };
}

async function main(): Promise<number> {
  const { pages, problems } = await findProblems();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) return 1;
  console.log(`${pages} pages: links, tasks, variables and dependencies are right`);
  return 0;
}

if (import.meta.main) Deno.exit(await main());

/** What must be true of the pages, each rule from plain values to sentences. */
import { posix } from "node:path";
import { anchorsOf, codeOf, linksOf, rowsUnder, tasksOf } from "./markdown.ts";

/** Text of each page by its path from the root. */
export type Pages = ReadonlyMap<string, string>;

const elsewhere = /^[a-z][a-z0-9+.-]*:/i;

/** Every relative link and image leads to a file, and every anchor to a heading. */
export function linkProblems(pages: Pages, files: readonly string[]): readonly string[] {
  const known = new Set(files.flatMap((path) => [path, ...foldersOf(path)]));
  return [...pages].flatMap(([path, page]) =>
    linksOf(page).filter((link) => !elsewhere.test(link)).flatMap((link) => {
      const [file = "", anchor = ""] = link.split("#");
      const target = file === "" ? path : posix.join(posix.dirname(path), decodeURIComponent(file));
      const place = target.replace(/\/$/, "");
      if (!known.has(place)) return [`${path}: ${link} leads to nothing`];
      const there = pages.get(place);
      if (anchor === "" || there === undefined || anchorsOf(there).has(anchor)) return [];
      return [`${path}: ${link} names no heading of ${place}`];
    })
  );
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}

/** Every `deno task x` exists. */
export function taskProblems(pages: Pages, tasks: readonly string[]): readonly string[] {
  return [...pages].flatMap(([path, page]) =>
    [...new Set(tasksOf(page))]
      // `deno task start:<process>` stands for all of them.
      .filter((task) => !tasks.some((each) => each === task || task === "start:"))
      .map((task) => `${path}: there is no task ${task} in deno.json`)
  );
}

export interface Variables {
  /** What the processes and `deno task dev` read. */
  readonly read: ReadonlySet<string>;
  /** Names that `<SERVICE>` stands for. */
  readonly services: readonly string[];
}

/** README's configuration tables name what is read, all of it and nothing else. */
export function variableProblems(
  readme: string,
  { read, services }: Variables,
): readonly string[] {
  const named = rowsUnder(readme, "Configuration")
    .flatMap(([first]) => codeOf(first))
    .filter((word) => /^[A-Z<][A-Z0-9_<>]+$/.test(word))
    .flatMap((name) =>
      services.filter((_, at) => at === 0 || name.includes("<SERVICE>"))
        .map((service) => name.replace("<SERVICE>", service.toUpperCase()))
    );
  return [
    ...named.filter((name) => !read.has(name))
      .map((name) => `README.md: ${name} is configured by nobody`),
    ...[...read].filter((name) => !named.includes(name))
      .map((name) => `README.md: ${name} is read, and missing under Configuration`),
  ];
}

/** CONTRIBUTING says of every import what it spares us, and of nothing else. */
export function dependencyProblems(
  contributing: string,
  imports: readonly string[],
): readonly string[] {
  const told = rowsUnder(contributing, "Dependencies").slice(1).flatMap(([first]) => codeOf(first));
  return [
    ...imports.filter((name) => !told.includes(name))
      .map((name) => `CONTRIBUTING.md: no line for the dependency ${name}`),
    ...told.filter((name) => !imports.includes(name))
      .map((name) => `CONTRIBUTING.md: ${name} is no dependency any more`),
  ];
}

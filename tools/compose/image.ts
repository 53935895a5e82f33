/** The Dockerfile: what is copied exists, and is all that the programs load. */

/** What the checks need to know of the repository. */
export interface ImageFacts {
  readonly dockerfile: string;
  readonly dockerignore: string;
  /** Every file of the repository, from its root. */
  readonly files: readonly string[];
  /** Every file of the repository that a program loads. */
  readonly loaded: readonly string[];
  /** Every package that a program loads, as deno.json names it. */
  readonly packages: readonly string[];
  /** The version that CI runs with. */
  readonly denoVersion: string;
}

/** The mistakes of the Dockerfile, a sentence each. */
export function imageProblems(facts: ImageFacts): readonly string[] {
  const lines = instructions(facts.dockerfile);
  const sources = lines.flatMap(copySources);
  return [
    ...baseProblems(lines, facts.denoVersion),
    ...userProblems(lines),
    ...sources.filter((source) => !isThere(source, facts))
      .map((source) => `Dockerfile: copies ${source}, which is not in the build context`),
    ...facts.loaded.filter((path) => !isCopied(path, sources, facts.dockerignore))
      .map((path) => `Dockerfile: ${path} is loaded, but is not copied`),
    ...droppedPackages(facts.dockerfile).filter((name) => facts.packages.includes(name))
      .map((name) => `Dockerfile: ${name} is loaded, but is left out of deno.json there`),
  ];
}

/** Whether `.dockerignore` keeps `path` out of the build context; the last pattern decides. */
export function isIgnored(path: string, dockerignore: string): boolean {
  let ignored = false;
  for (const line of dockerignore.split("\n").map((each) => each.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    const negated = line.startsWith("!");
    if (matches(path, negated ? line.slice(1) : line)) ignored = !negated;
  }
  return ignored;
}

/** A pattern also matches everything below what it matches. */
function matches(path: string, pattern: string): boolean {
  const source = pattern.replace(/\/$/, "").split("/").map((part) =>
    part === "**" ? "(?:.*/)?" : RegExp.escape(part).replaceAll("\\*", "[^/]*") + "/"
  ).join("");
  return new RegExp(`^${source}`).test(path + "/");
}

/** Instructions with their continued lines joined, without comments. */
function instructions(dockerfile: string): readonly (readonly string[])[] {
  return dockerfile.replaceAll(/^\s*#.*$/gm, "").replaceAll(/\\\n/g, " ").split("\n")
    .map((line) => line.trim().split(/\s+/)).filter(([word]) => word !== "");
}

function copySources([word, ...rest]: readonly string[]): readonly string[] {
  if (word !== "COPY" || rest.some((part) => part.startsWith("--from="))) return [];
  return rest.filter((part) => !part.startsWith("--")).slice(0, -1);
}

function baseProblems(lines: readonly (readonly string[])[], version: string): readonly string[] {
  const stages = lines.flatMap(([word, , as, name]) => word === "FROM" && as ? [name] : []);
  const bases = lines.flatMap(([word, image = ""]) => word === "FROM" ? [image] : [])
    .filter((image) => !stages.includes(image));
  return bases.filter((image) => image !== `denoland/deno:${version}`)
    .map((image) => `Dockerfile: starts from ${image}, not from denoland/deno:${version} as CI`);
}

function userProblems(lines: readonly (readonly string[])[]): readonly string[] {
  const user = lines.findLast(([word]) => word === "USER")?.[1];
  return user === undefined || /^(root|0)(:|$)/.test(user) ? ["Dockerfile: runs as root"] : [];
}

function isThere(source: string, { files, dockerignore }: ImageFacts): boolean {
  return files.some((path) =>
    (path === source || path.startsWith(`${source}/`)) && !isIgnored(path, dockerignore)
  );
}

function isCopied(path: string, sources: readonly string[], dockerignore: string): boolean {
  return sources.some((source) => path === source || path.startsWith(`${source}/`)) &&
    !isIgnored(path, dockerignore);
}

/** The packages in the `sed` that shortens deno.json: `/"(a|b)": /d`. */
function droppedPackages(dockerfile: string): readonly string[] {
  const names = /\/"\(([^)]+)\)": \/d/.exec(dockerfile)?.[1] ?? "";
  return names.replaceAll("\\/", "/").split("|");
}

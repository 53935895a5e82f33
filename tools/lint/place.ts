/** Where a file stands in the repository, told from its path alone. */

/** The top-level folders that rules know; everything else is `elsewhere`. */
const areas = ["services", "bff", "shared", "proto", "dev", "tools", "tests", "bench"] as const;
export type Area = (typeof areas)[number] | "elsewhere";

/** The files of a service that may do I/O (STYLE: the tree). Every other file is a pure noun. */
const serviceRoles = [
  "main",
  "app",
  "config",
  "clients",
  "service",
  "store",
  "cache",
  "jobs",
] as const;
export type ServiceRole = (typeof serviceRoles)[number] | "noun";

/** What the rules ask about a file. Paths have `/` and start at the root of the repository. */
export interface Place {
  readonly path: string;
  readonly area: Area;
  /** The service's name, for files under `services/<name>/` only. */
  readonly service?: string;
  /** The part a file plays in its service, for files of a service only. */
  readonly role?: ServiceRole;
  /** Whether the file is a test, wherever it stands. */
  readonly isTest: boolean;
}

/** Turns a file name as Deno tells it into a path from `root`, or undefined if it is outside. */
export function pathUnder(root: string, filename: string): string | undefined {
  const base = forwardSlashes(root).replace(/\/+$/, "") + "/";
  const path = forwardSlashes(filename);
  return path.startsWith(base) ? path.slice(base.length) : undefined;
}

/** Describes a file by its path from the root of the repository. */
export function placeOf(path: string): Place {
  const [top = "", service, ...rest] = path.split("/");
  const area = rest.length === 0 && service === undefined
    ? "elsewhere"
    : areas.find((name) => name === top) ?? "elsewhere";
  const isTest = path.endsWith("_test.ts") || area === "tests";
  if (area !== "services" || service === undefined || rest.length === 0) {
    return { path, area, isTest };
  }
  return { path, area, service, role: roleOf(rest), isTest };
}

/** The area's own code: what is shipped, as against what surrounds it. */
export function isProduct(place: Place): boolean {
  return !place.isTest && ["services", "bff", "shared"].includes(place.area);
}

/** `store.ts` and `store/anything.ts` play the same part. */
function roleOf([first = "", ...rest]: readonly string[]): ServiceRole {
  const name = rest.length > 0 ? first : first.replace(/\.ts$/, "");
  return serviceRoles.find((role) => name === role) ?? "noun";
}

function forwardSlashes(path: string): string {
  return path.replaceAll("\\", "/");
}

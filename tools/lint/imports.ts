/** Every way a file can name another module, brought to one shape. */
import { pathUnder, type Place, placeOf } from "./place.ts";

/** One import: of a file of the repository (`place`) or of a package (`package`). */
export interface Import {
  readonly node: Deno.lint.Node;
  /** As written. */
  readonly specifier: string;
  readonly place?: Place;
  /** The package without version and subpath: `postgres`, `@hono/zod-openapi`, `node:fs`. */
  readonly package?: string;
  /** The names taken; undefined when all of them may be (`*`, default, `import()`). */
  readonly names?: readonly string[];
}

/** The root of this repository, wherever it is checked out. */
export const root: string = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** The place of the file that a rule looks at; a file from outside is `elsewhere`. */
export function placeOfContext(ctx: Deno.lint.RuleContext): Place {
  return placeOf(pathUnder(root, ctx.filename) ?? "");
}

/** A visitor that tells `found` of each import, export from, `import()` and `import("…")` type. */
export function importVisitor(
  from: Place,
  found: (imported: Import) => void,
): Deno.lint.LintVisitor {
  function tell(node: Deno.lint.Node, specifier: unknown, names?: readonly string[]): void {
    if (typeof specifier !== "string") return;
    found({ node, specifier, ...targetOf(from.path, specifier), ...(names ? { names } : {}) });
  }
  return {
    ImportDeclaration: (node) => tell(node, node.source.value, importedNames(node)),
    ExportNamedDeclaration: (node) => tell(node, node.source?.value),
    ExportAllDeclaration: (node) => tell(node, node.source.value),
    ImportExpression: (node) => tell(node, literalValue(node.source)),
    TSImportType: (node) => tell(node, literalValue(node.argument)),
  };
}

/** Resolves a specifier against the importing file's path. Pure; nothing is looked up on disk. */
export function targetOf(from: string, specifier: string): Pick<Import, "place" | "package"> {
  if (specifier.startsWith(".")) {
    const path = new URL(specifier, new URL(from, "file:///")).pathname.slice(1);
    return { place: placeOf(path) };
  }
  if (specifier.startsWith("node:")) return { package: specifier };
  const bare = specifier.replace(/^npm:\/?/, "");
  const name = /^(@[^/]+\/[^/@]+|[^/@]+)/.exec(bare)?.[0];
  return { package: name ?? specifier };
}

function importedNames(node: Deno.lint.ImportDeclaration): readonly string[] | undefined {
  const names: string[] = [];
  for (const specifier of node.specifiers) {
    if (specifier.type !== "ImportSpecifier") return undefined;
    const { imported } = specifier;
    names.push(imported.type === "Identifier" ? imported.name : imported.value);
  }
  return names;
}

function literalValue(node: Deno.lint.Node): unknown {
  if (node.type === "TSLiteralType") return literalValue(node.literal);
  return node.type === "Literal" ? node.value : undefined;
}

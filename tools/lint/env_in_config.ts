/** mall/env-in-config: the environment is read in a config, once, with every mistake at start. */
import { importVisitor, placeOfContext } from "./imports.ts";
import { isProduct, type Place } from "./place.ts";

const message =
  "the environment is read in config.ts only: add a field to readConfig() and pass it in";

/** Refuses `Deno.env` and `process.env` outside a config; a main may hand `Deno.env` over. */
export const envInConfig: Deno.lint.Rule = {
  create(ctx) {
    const place = placeOfContext(ctx);
    if (!isProduct(place) || basename(place) === "config.ts") return {};
    return {
      ...importVisitor(place, ({ node, package: name, names }) => {
        if (name === "node:process" && (names?.includes("env") ?? true)) {
          ctx.report({ node, message });
        }
      }),
      MemberExpression(node) {
        if (!isEnvironment(node)) return;
        if (basename(place) === "main.ts" && isArgument(node)) return;
        ctx.report({ node, message });
      },
      VariableDeclarator(node) {
        if (node.id.type === "ObjectPattern" && node.init !== null && isHolder(node.init)) {
          const takesEnv = node.id.properties.some((property) =>
            property.type === "RestElement" || isKey(property.key)
          );
          if (takesEnv) ctx.report({ node, message });
        }
      },
    };
  },
};

/** `Deno.env`, `Deno["env"]`, `process.env`, `globalThis.Deno.env`. */
function isEnvironment(node: Deno.lint.MemberExpression): boolean {
  return isKey(node.property) && isHolder(node.object);
}

function isHolder(node: Deno.lint.Node): boolean {
  const name = node.type === "MemberExpression" && node.object.type === "Identifier" &&
      node.object.name === "globalThis"
    ? node.property
    : node;
  return name.type === "Identifier" && (name.name === "Deno" || name.name === "process");
}

function isKey(node: Deno.lint.Node): boolean {
  if (node.type === "Identifier") return node.name === "env";
  return node.type === "Literal" && node.value === "env";
}

function isArgument(node: Deno.lint.MemberExpression): boolean {
  const { parent } = node;
  return parent.type === "CallExpression" && parent.arguments.some((each) => each === node);
}

function basename(place: Place): string {
  return place.path.slice(place.path.lastIndexOf("/") + 1);
}

/**
 * mall/no-import-side-effects: importing a module does no work (STYLE "Never" 2).
 *
 * A heuristic over the top level of a file: statements that run, `await`, and the calls in `starters`.
 * Deno shows a plugin no statement after an empty one (`;`); `deno fmt --check` removes those first.
 */
import { placeOfContext } from "./imports.ts";
import type { Place } from "./place.ts";

/** Global calls that start something even when their answer is only kept in a constant. */
const starters = ["setInterval", "setTimeout", "fetch", "postgres", "queueMicrotask"];
const denoStarters = ["serve", "listen", "connect", "addSignalListener", "readTextFileSync"];
const running = [
  "ForStatement",
  "ForOfStatement",
  "ForInStatement",
  "WhileStatement",
  "DoWhileStatement",
  "TryStatement",
  "SwitchStatement",
];
const wayOut = "move it into a function that main.ts calls, or under `if (import.meta.main)`";

/** Refuses work at import time, but in mains, worker scripts, tests and benches. */
export const noImportSideEffects: Deno.lint.Rule = {
  create(ctx) {
    if (isEntry(placeOfContext(ctx))) return {};
    function report(node: Deno.lint.Node, what: string): void {
      ctx.report({ node, message: `${what} at import time: ${wayOut}` });
    }
    return {
      Program(program) {
        for (const statement of program.body) {
          const what = workOf(statement);
          if (what !== undefined) report(statement, what);
        }
      },
      AwaitExpression(node) {
        const ancestors = ctx.sourceCode.getAncestors(node);
        if (!ancestors.some(isFunctionOrGuard)) report(node, "await");
      },
    };
  },
};

/** A file whose very purpose is to run when it is loaded. */
function isEntry(place: Place): boolean {
  return place.area === "bench" || place.path.endsWith("_test.ts") ||
    /(^|\/)(main|\w+_worker)\.ts$/.test(place.path);
}

function workOf(statement: Deno.lint.Statement): string | undefined {
  if (statement.type === "ExpressionStatement") {
    return isCall(statement.expression) ? "a call" : undefined;
  }
  if (statement.type === "IfStatement") return isMainGuard(statement) ? undefined : "a branch";
  if (running.includes(statement.type)) return "a statement that runs";
  const declaration = statement.type === "ExportNamedDeclaration"
    ? statement.declaration
    : statement;
  if (declaration?.type !== "VariableDeclaration") return undefined;
  const starting = declaration.declarations.some((each) => isStarter(each.init));
  return starting ? "a call that starts work" : undefined;
}

/** A call in any dress; `await` is told of by its own visitor. */
function isCall(node: Deno.lint.Node): boolean {
  if (node.type === "UnaryExpression") return isCall(node.argument);
  if (node.type === "LogicalExpression") return isCall(node.right);
  if (node.type === "ChainExpression") return isCall(node.expression);
  return node.type === "CallExpression" || node.type === "NewExpression";
}

function isStarter(node: Deno.lint.Node | null | undefined): boolean {
  if (node?.type !== "CallExpression") return false;
  const { callee } = node;
  if (callee.type === "Identifier") return starters.includes(callee.name);
  return callee.type === "MemberExpression" && callee.object.type === "Identifier" &&
    callee.object.name === "Deno" && callee.property.type === "Identifier" &&
    denoStarters.includes(callee.property.name);
}

function isFunctionOrGuard(node: Deno.lint.Node): boolean {
  return node.type === "FunctionDeclaration" || node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression" || node.type === "IfStatement" && isMainGuard(node);
}

/** `if (import.meta.main)`. */
function isMainGuard({ test }: Deno.lint.IfStatement): boolean {
  return test.type === "MemberExpression" && test.object.type === "MetaProperty" &&
    test.property.type === "Identifier" && test.property.name === "main";
}

/** mall/sql-in-store: SQL stands in stores only, and never as a string put together. */
import { type Import, importVisitor, placeOfContext } from "./imports.ts";
import { isProduct, type Place } from "./place.ts";

/** Shared code that speaks SQL by trade: the pool, migrations, outbox and inbox, keys. */
const sqlFolders = ["shared/postgres/", "shared/messaging/", "shared/idempotency/"];
/** The one product file that runs SQL it has read: migrations come from files. */
const migrate = /^shared\/postgres\/migrat\w*\.ts$/;
/** Roles of a service that may hold a connection, to hand it to the store. */
const connectionRoles = ["store", "jobs", "app", "main"];
const tagNames = ["sql", "tx"];
const statement =
  /^\s*(select\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s|truncate\s|alter\s+table\s|create\s+(table|index)\s|drop\s+table\s)/i;

/** Refuses the driver, SQL templates and `.unsafe()` outside the places that own them. */
export const sqlInStore: Deno.lint.Rule = {
  create(ctx) {
    const place = placeOfContext(ctx);
    if (!isProduct(place)) return {};
    return {
      ...importVisitor(place, (imported) => {
        const message = importProblem(place, imported);
        if (message !== undefined) ctx.report({ node: imported.node, message });
      }),
      TaggedTemplateExpression(node) {
        if (maySpeakSql(place) || !isSql(node)) return;
        ctx.report({ node, message: "SQL outside a store: make it a method of store.ts" });
      },
      CallExpression(node) {
        const message = unsafeProblem(place, node);
        if (message !== undefined) ctx.report({ node, message });
      },
    };
  },
};

function maySpeakSql(place: Place): boolean {
  return place.role === "store" || sqlFolders.some((folder) => place.path.startsWith(folder));
}

function importProblem(place: Place, imported: Import): string | undefined {
  const ownsDriver = sqlFolders.some((folder) => place.path.startsWith(folder));
  if (imported.package === "postgres" && !ownsDriver) {
    return "the driver is shared/postgres' alone: take the connection and its types from there";
  }
  const usesPool = imported.place?.path.startsWith("shared/postgres/") ?? false;
  if (!usesPool || place.area === "shared") return undefined;
  if (place.area === "bff") return "the BFF owns no data: ask a service";
  if (place.role !== undefined && connectionRoles.includes(place.role)) return undefined;
  return `${place.path} may not hold a connection: call a method of store.ts`;
}

function unsafeProblem(place: Place, node: Deno.lint.CallExpression): string | undefined {
  const { callee, arguments: [text] } = node;
  if (callee.type !== "MemberExpression" || !isNamed(callee.property, ["unsafe"])) return undefined;
  if (migrate.test(place.path)) return undefined;
  if (text === undefined || !isConstantText(text)) {
    return "SQL put together from strings: use a sql`…` template, which binds its values";
  }
  return maySpeakSql(place) ? undefined : "SQL outside a store: make it a method of store.ts";
}

function isSql(node: Deno.lint.TaggedTemplateExpression): boolean {
  const { tag } = node;
  const name = tag.type === "MemberExpression" ? tag.property : tag;
  return isNamed(name, tagNames) || statement.test(node.quasi.quasis[0]?.cooked ?? "");
}

function isNamed(node: Deno.lint.Node, names: readonly string[]): boolean {
  if (node.type !== "Identifier" && node.type !== "PrivateIdentifier") return false;
  return names.includes(node.name.replace(/^#/, ""));
}

function isConstantText(node: Deno.lint.Node): boolean {
  if (node.type === "TemplateLiteral") return node.expressions.length === 0;
  return node.type === "Literal" && typeof node.value === "string";
}

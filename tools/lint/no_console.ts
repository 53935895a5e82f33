/** mall/no-console: one log, so that every line has a level, a trace and no secret. */
import { placeOfContext } from "./imports.ts";

/** Programs for people at a terminal print; what is shipped logs. */
const printingAreas = ["dev", "tools", "bench", "tests"];

/** Refuses `console` in what is shipped. */
export const noConsole: Deno.lint.Rule = {
  create(ctx) {
    const place = placeOfContext(ctx);
    if (printingAreas.includes(place.area) || place.path === "shared/log.ts") return {};
    return {
      "Identifier[name='console']"(node: Deno.lint.Identifier) {
        if (!isReference(node)) return;
        ctx.report({ node, message: "console outside the log: take a Logger of shared/log.ts" });
      },
    };
  },
};

/** False for a key or a property that only happens to have the name, as in `ui.console`. */
function isReference(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  if (parent.type === "MemberExpression") {
    const isGlobal = parent.object.type === "Identifier" && parent.object.name === "globalThis";
    return parent.object === node || parent.computed || isGlobal;
  }
  return !(parent.type === "Property" && parent.key === node);
}

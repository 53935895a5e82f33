/** mall/no-default-export: a thing has one name, the same in every file. */
import { placeOfContext } from "./imports.ts";

/** Deno itself asks a lint plugin for a default export. */
const exempt = "tools/lint/mall_plugin.ts";
const message = "a default export: export it by its name";

/** Refuses `export default` and `export { x as default }`. */
export const noDefaultExport: Deno.lint.Rule = {
  create(ctx) {
    if (placeOfContext(ctx).path === exempt) return {};
    return {
      ExportDefaultDeclaration: (node) => ctx.report({ node, message }),
      ExportSpecifier(node) {
        const { exported } = node;
        const name = exported.type === "Identifier" ? exported.name : exported.value;
        if (name === "default") ctx.report({ node, message });
      },
    };
  },
};

/** mall/no-barrel: an import leads to the file that has the thing. */

const message = "a barrel: delete it and import from the file that declares the thing";

/** Refuses `export * from`, and files that do nothing but export what others declare. */
export const noBarrel: Deno.lint.Rule = {
  create(ctx) {
    return {
      ExportAllDeclaration: (node) => ctx.report({ node, message }),
      Program(node) {
        const statements = node.body.filter((each) => each.type !== "ImportDeclaration");
        const [first] = statements;
        if (first !== undefined && statements.every(isForwarding)) {
          ctx.report({ node: first, message });
        }
      },
    };
  },
};

/** `export { … }`, with or without `from`; `export * from` is told of by its own visitor. */
function isForwarding(node: Deno.lint.Statement): boolean {
  return node.type === "ExportNamedDeclaration" && node.declaration === null &&
    node.specifiers.length > 0;
}

/** mall/no-base-class: we compose; only errors have parents. */

const message = "a base class: pass a function or an object in, or write a plain function";

/** Refuses `abstract class` and `extends`, except of what is named …Error or Refusal. */
export const noBaseClass: Deno.lint.Rule = {
  create(ctx) {
    function look(node: Deno.lint.ClassDeclaration | Deno.lint.ClassExpression): void {
      if (node.abstract || node.superClass !== null && !isError(node.superClass)) {
        ctx.report({ node, message });
      }
    }
    return { ClassDeclaration: look, ClassExpression: look };
  },
};

function isError(parent: Deno.lint.Node): boolean {
  const name = parent.type === "MemberExpression" ? parent.property : parent;
  return name.type === "Identifier" && /(Error|Refusal)$/.test(name.name);
}

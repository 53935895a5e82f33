/** mall/no-float-money: fen are whole numbers in bigint until the last moment (STYLE "Never" 5). */
import { placeOfContext } from "./imports.ts";

const message = "money as a floating-point number: keep fen in bigint; money.ts writes yuan";
const converters = ["Number", "parseFloat"];

/**
 * Refuses `Number(…Fen)`, `parseFloat(…Fen)`, `Math.x(…Fen)`, `….toFixed()` of fen and arithmetic
 * of fen with a fraction. It goes by the name (`…Fen`, `…_fen`), so it sees only what is well
 * named; the compiler refuses the rest, since bigint and number do not mix.
 */
export const noFloatMoney: Deno.lint.Rule = {
  create(ctx) {
    const { path, isTest } = placeOfContext(ctx);
    if (isTest || path.endsWith("/money.ts")) return {};
    return {
      CallExpression(node) {
        const { callee, arguments: [first] } = node;
        const converts = callee.type === "Identifier" && converters.includes(callee.name) ||
          callee.type === "MemberExpression" && isNamed(callee.object, /^Math$/);
        const formats = callee.type === "MemberExpression" && isFen(callee.object) &&
          isNamed(callee.property, /^toFixed$/);
        if (formats || converts && first !== undefined && isFen(first)) {
          ctx.report({ node, message });
        }
      },
      BinaryExpression(node) {
        const [left, right] = [node.left, node.right];
        if (isFen(left) && isFraction(right) || isFraction(left) && isFen(right)) {
          ctx.report({ node, message });
        }
      },
    };
  },
};

function isFen(node: Deno.lint.Node): boolean {
  return isNamed(node.type === "MemberExpression" ? node.property : node, /(^fen|Fen|_fen)$/);
}

function isNamed(node: Deno.lint.Node, name: RegExp): boolean {
  return node.type === "Identifier" && name.test(node.name);
}

function isFraction(node: Deno.lint.Node): boolean {
  return node.type === "Literal" && typeof node.value === "number" &&
    !Number.isInteger(node.value);
}

/** mall/boundaries: who may import whom (STYLE "Never" 1), and that nouns stay pure. */
import { type Import, importVisitor, placeOfContext } from "./imports.ts";
import type { Place } from "./place.ts";

/** What a pure noun may take from outside its service. Add a file here only if it does no I/O. */
const pureShared = [
  "shared/auth/token_times.ts",
  "shared/errors.ts",
  "shared/http/host_address.ts",
  "shared/http/public_url.ts",
  "shared/idempotency/refusals.ts",
  "shared/limits/rate_limit.ts",
  "shared/paging.ts",
  "shared/paging/",
  "shared/protobuf/",
  "shared/rpc/principal.ts",
];
const purePackages = ["@bufbuild/protobuf", "@zxcvbn-ts/language-common"];

/** Refuses imports across the borders of services, BFF, shared code and what surrounds them. */
export const boundaries: Deno.lint.Rule = {
  create(ctx) {
    const from = placeOfContext(ctx);
    return importVisitor(from, (imported) => {
      const message = areaProblem(from, imported) ?? nounProblem(from, imported);
      if (message !== undefined) ctx.report({ node: imported.node, message });
    });
  },
};

function areaProblem(from: Place, { place: to }: Import): string | undefined {
  if (to === undefined) return undefined;
  switch (from.area) {
    case "services":
      if (to.area === "services" && to.service !== from.service) {
        return `services/${from.service} may not import services/${to.service}: ` +
          `call it over Connect, or consume its events`;
      }
      if (to.area === "bff") return "a service may not import the BFF: move it to shared/";
      break;
    case "bff":
      if (to.area === "services") {
        return "bff may not import a service: call it over Connect by its client of proto/gen";
      }
      break;
    case "shared":
      if (to.area === "services" || to.area === "bff") {
        return `shared may not import ${to.area}: take what it needs as a parameter`;
      }
      break;
    case "dev":
      if (to.area === "tests") return "dev may not import tests: move it to dev/, tests import dev";
      return undefined;
    default:
      return undefined;
  }
  return surroundingsProblem(from, to);
}

/** What is shipped knows nothing of what surrounds it; its tests may use `tests/support`. */
function surroundingsProblem(from: Place, to: Place): string | undefined {
  if (!["dev", "tests", "tools", "bench"].includes(to.area)) return undefined;
  if (from.isTest && to.path.startsWith("tests/support/")) return undefined;
  const wayOut = from.isTest
    ? "a test beside the code takes only tests/support/; a wider story belongs in tests/"
    : "move what both need to shared/, or pass it in from outside";
  return `${from.area} may not import ${to.area}: ${wayOut}`;
}

function nounProblem(from: Place, imported: Import): string | undefined {
  if (from.role !== "noun" || from.isTest || isPure(from, imported)) return undefined;
  return `${from.path} is a pure noun and may not import "${imported.specifier}": ` +
    `do the I/O in service.ts, store.ts, cache.ts, jobs.ts or clients.ts and pass the value in`;
}

function isPure(from: Place, imported: Import): boolean {
  const { place: to, package: name, names } = imported;
  if (to !== undefined) {
    return to.area === "proto" ||
      (to.service === from.service && to.role === "noun") ||
      pureShared.some((path) => to.path === path || path.endsWith("/") && to.path.startsWith(path));
  }
  // Code is the vocabulary of refusals; the rest of that package makes calls.
  if (name === "@connectrpc/connect") {
    return names !== undefined && names.every((each) => each === "Code");
  }
  return name !== undefined && purePackages.includes(name);
}

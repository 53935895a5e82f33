import assert from "node:assert/strict";
import { type ImageFacts, imageProblems, isIgnored } from "./image.ts";

const good: ImageFacts = {
  dockerfile: `
# COPY nothing here
FROM denoland/deno:2.9.6 AS dependencies
COPY deno.json deno.lock ./
RUN sed -i -E '/"(@bufbuild\\/buf|yaml)": /d' deno.json \\
  && deno install
FROM dependencies AS image
COPY shared shared
FROM denoland/deno:2.9.6
COPY --from=image /app /app
USER deno
`,
  dockerignore: "*\n# a comment\n!deno.json\n!deno.lock\n!shared\n**/*_test.ts\n",
  files: ["deno.json", "deno.lock", "shared/log.ts", "shared/log_test.ts", "bff/main.ts"],
  loaded: ["shared/log.ts"],
  packages: ["hono"],
  denoVersion: "2.9.6",
};

Deno.test("imageProblems() is content when all that is loaded is copied", () => {
  assert.deepEqual(imageProblems(good), []);
});

Deno.test("imageProblems() tells each mistake in a sentence", () => {
  const cases: readonly (readonly [Partial<ImageFacts>, string])[] = [
    [{ loaded: ["bff/main.ts"] }, "Dockerfile: bff/main.ts is loaded, but is not copied"],
    [
      { loaded: ["shared/log_test.ts"] },
      "Dockerfile: shared/log_test.ts is loaded, but is not copied",
    ],
    [
      { packages: ["@bufbuild/buf"] },
      "Dockerfile: @bufbuild/buf is loaded, but is left out of deno.json there",
    ],
    [
      { dockerfile: good.dockerfile.replace("shared shared", "shared bff ./") },
      "Dockerfile: copies bff, which is not in the build context",
    ],
    [
      { dockerfile: good.dockerfile.replace("USER deno", "USER root") },
      "Dockerfile: runs as root",
    ],
    [{ dockerfile: good.dockerfile.replace("USER deno", "") }, "Dockerfile: runs as root"],
    [
      { dockerfile: good.dockerfile.replace(":2.9.6\nCOPY --from", ":latest\nCOPY --from") },
      "Dockerfile: starts from denoland/deno:latest, not from denoland/deno:2.9.6 as CI",
    ],
  ];
  for (const [change, problem] of cases) {
    assert.deepEqual(imageProblems({ ...good, ...change }), [problem]);
  }
});

Deno.test("isIgnored() lets the last pattern decide, as Docker does", () => {
  const patterns = "*\n!shared\n!dev/provision.ts\n**/*_test.ts\n**/testing\n";
  const cases = [
    ["README.md", true],
    ["shared/log.ts", false],
    ["shared/rpc/server.ts", false],
    ["shared/rpc/server_test.ts", true],
    ["shared/postgres/testing/own.ts", true],
    ["dev/provision.ts", false],
    ["dev/main.ts", true],
    ["sharedness/a.ts", true],
  ] as const;
  for (const [path, ignored] of cases) assert.equal(isIgnored(path, patterns), ignored, path);
});

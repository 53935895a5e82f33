import assert from "node:assert/strict";
import { answerResponse, encodeAnswer } from "./answer.ts";

const answer = encodeAnswer({ name: "茶" });

Deno.test("encodeAnswer() makes bytes, and a strong entity tag of nothing but them", () => {
  assert.equal(new TextDecoder().decode(answer.body), '{"name":"茶"}');
  assert.match(answer.etag, /^"[\w-]{22}"$/);
  assert.equal(encodeAnswer({ name: "茶" }).etag, answer.etag);
  assert.notEqual(encodeAnswer({ name: "水" }).etag, answer.etag);
});

Deno.test("answerResponse() is the whole answer, or only its tag", async () => {
  const further = { "x-request-id": "request-0001" };
  const whole = answerResponse(answer, false, further);
  const unchanged = answerResponse(answer, true, further);
  const cache = {
    etag: answer.etag,
    "cache-control": "public, max-age=1, stale-while-revalidate=1",
  };
  assert.deepEqual([whole.status, Object.fromEntries(whole.headers), await whole.json()], [200, {
    ...further,
    ...cache,
    "content-type": "application/json",
    "x-content-type-options": "nosniff",
  }, { name: "茶" }]);
  assert.deepEqual([unchanged.status, Object.fromEntries(unchanged.headers), unchanged.body], [
    304,
    { ...further, ...cache },
    null,
  ]);
});

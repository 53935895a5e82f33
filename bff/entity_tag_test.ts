import assert from "node:assert/strict";
import fc from "fast-check";
import { entityTag, isNotModified } from "./entity_tag.ts";

const etag = entityTag(new Uint8Array([1, 2, 3]));

Deno.test("isNotModified() compares weakly, in lists, and knows the star", () => {
  const yes = [etag, `W/${etag}`, `"x", W/${etag} , "y"`, `"a,b",${etag}`, "*", " * "];
  const no = [null, "", '""', '"x"', `W/"x"`, etag.slice(1, -1), etag.slice(1), `"*"`, "**", "*,"];
  assert.deepEqual(yes.map((header) => isNotModified(header, etag)), yes.map(() => true));
  assert.deepEqual(no.map((header) => isNotModified(header, etag)), no.map(() => false));
});

Deno.test("isNotModified() finds no tag in a list of others", () => {
  const other = fc.stringMatching(/^[!#-~]{0,22}$/).map((text) => `"${text}"`);
  const tag = fc.oneof(other, other.map((text) => `W/${text}`));
  fc.assert(fc.property(fc.array(tag), fc.constantFrom(",", ", "), (others, comma) => {
    assert.equal(isNotModified(others.join(comma), etag), false);
    assert.equal(isNotModified([...others, etag].join(comma), etag), true);
  }));
});

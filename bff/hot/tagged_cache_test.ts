import assert from "node:assert/strict";
import fc from "fast-check";
import { createTaggedCache, type Tagged } from "./tagged_cache.ts";

function entry(tags: readonly string[], byteLength = 0): Tagged {
  return { tags, byteLength };
}

function kept(cache: { get(key: string): unknown }, keys: readonly string[]): readonly string[] {
  return keys.filter((key) => cache.get(key) !== undefined);
}

Deno.test("TaggedCache.drop() removes what has one of the tags, and counts it once", () => {
  const cache = createTaggedCache({ entriesMax: 10, bytesMax: 1_000_000 });
  cache.set("a", entry(["red", "round", "red"]));
  cache.set("b", entry(["red"]));
  cache.set("c", entry(["blue"]));
  assert.deepEqual([cache.drop(["round", "red"]), cache.drop(["red", "green"])], [2, 0]);
  assert.deepEqual([kept(cache, ["a", "b", "c"]), cache.tagCount], [["c"], 1]);
});

Deno.test("TaggedCache.set() forgets the tags of the entry before", () => {
  const cache = createTaggedCache({ entriesMax: 10, bytesMax: 1_000_000 });
  cache.set("a", entry(["old", "both"]));
  cache.set("a", entry(["new", "both"]));
  assert.deepEqual([cache.drop(["old"]), cache.tagCount, cache.size], [0, 2, 1]);
  assert.deepEqual([cache.drop(["both"]), cache.tagCount, cache.size], [1, 0, 0]);
});

Deno.test("TaggedCache keeps so many entries, the longest unused one goes first", () => {
  const cache = createTaggedCache({ entriesMax: 2, bytesMax: 1_000_000 });
  cache.set("a", entry(["a"]));
  cache.set("b", entry(["b"]));
  cache.get("a");
  cache.set("c", entry(["c"]));
  assert.deepEqual([kept(cache, ["a", "b", "c"]), cache.tagCount], [["a", "c"], 2]);
});

Deno.test("TaggedCache keeps so many bytes, and no entry that would push out many", () => {
  const cache = createTaggedCache({ entriesMax: 1_000, bytesMax: 1_000_000 });
  for (let n = 0; n < 100; n++) cache.set(`key ${n}`, entry([`tag ${n}`], 50_000));
  assert.ok(cache.size >= 15 && cache.size <= 20, `${cache.size}`);
  assert.equal(cache.tagCount, cache.size);
  cache.set("key 99", entry(["large"], 100_000));
  assert.deepEqual([cache.get("key 99"), cache.drop(["large"])], [undefined, 0]);
});

Deno.test("TaggedCache's index holds the tags of what is kept and no others", () => {
  const tag = fc.constantFrom("a", "b", "c", "d");
  const step = fc.oneof(
    fc.record({ set: fc.constantFrom("1", "2", "3", "4"), tags: fc.array(tag, { maxLength: 3 }) }),
    fc.record({ drop: fc.array(tag, { maxLength: 2 }) }),
    fc.record({ remove: fc.constantFrom("1", "2", "3", "4") }),
    fc.constant({ clear: true }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const cache = createTaggedCache({ entriesMax: 3, bytesMax: 1_000_000 });
    for (const one of steps) {
      if ("set" in one) cache.set(one.set, entry(one.tags));
      else if ("drop" in one) cache.drop(one.drop);
      else if ("remove" in one) cache.delete(one.remove);
      else cache.clear();
      const tags = ["1", "2", "3", "4"].flatMap((key) => cache.get(key)?.tags ?? []);
      assert.equal(cache.tagCount, new Set(tags).size);
    }
  }));
});

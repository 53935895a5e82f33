import assert from "node:assert/strict";
import { type Category, createCategoryTree } from "./category.ts";

function category(id: number, parentId: number, more: Partial<Category> = {}): Category {
  return {
    id: BigInt(id),
    parentId: BigInt(parentId),
    name: `category ${id}`,
    status: 1,
    position: 0,
    version: 1n,
    ...more,
  };
}

const tree = createCategoryTree([
  category(5, 4),
  category(1, 0, { position: 2 }),
  category(2, 0, { position: 1 }),
  category(4, 1),
  category(3, 1, { position: -1 }),
  category(6, 0, { status: 2 }),
  category(7, 6),
]);

Deno.test("createCategoryTree() has parents before children, siblings by position and id", () => {
  assert.deepEqual(tree.categories.map(({ id }) => id), [2n, 1n, 3n, 4n, 5n]);
});

Deno.test("find() takes an id or a name, and not what is hidden or below it", () => {
  assert.deepEqual(
    [1n, "category 4", 6n, "category 7", "nothing", 99n].map((key) => tree.find(key)?.id),
    [1n, 4n, undefined, undefined, undefined, undefined],
  );
});

Deno.test("subtree() is the category and all below it", () => {
  assert.deepEqual([1n, 4n, 2n, 6n].map((id) => tree.subtree(id)), [
    [1n, 3n, 4n, 5n],
    [4n, 5n],
    [2n],
    [6n],
  ]);
});

Deno.test("edition grows with every category and every version, also of those that are hidden", () => {
  assert.equal(tree.edition, 7n);
  const hidden = category(2, 1, { version: 4n, status: 2 });
  assert.equal(createCategoryTree([category(1, 0), hidden]).edition, 5n);
  assert.equal(createCategoryTree([]).edition, 0n);
});

Deno.test("createCategoryTree() ends where rows go round in a circle or far down", () => {
  assert.deepEqual(createCategoryTree([category(1, 2), category(2, 1)]).categories, []);
  const deep = Array.from({ length: 20 }, (_, n) => category(n + 1, n));
  assert.equal(createCategoryTree(deep).categories.length, 8);
});

/** The tree of categories. */
import { z } from "@hono/zod-openapi";
import type { Category } from "../../proto/gen/product/v1/category_pb.ts";
import { type Call, onBehalfOf } from "../../shared/rpc/call.ts";
import type { Clients } from "../clients.ts";
import type { Made } from "../hot/hot_read.ts";
import { tags } from "../hot/tags.ts";

/** A category with all below it. */
export interface CategoryJson {
  id: number;
  parent_id: number;
  name: string;
  children: CategoryJson[];
}

const CategorySchema: z.ZodType<CategoryJson> = z.lazy(() =>
  z.object({
    id: z.int(),
    parent_id: z.int().openapi({ description: "0 for a root." }),
    name: z.string(),
    children: z.array(CategorySchema),
  })
).openapi("Category");

export const CategoryTreeSchema = z.object({
  categories: z.array(CategorySchema).openapi({ description: "The roots, by position." }),
}).openapi("CategoryTree");

/** All shown categories, nested. */
export async function listCategories(
  clients: Clients,
  call: Call,
): Promise<Made<{ categories: CategoryJson[] }>> {
  const { categories } = await clients.categories.listCategories({}, onBehalfOf(call));
  return { body: { categories: nested(categories) }, tags: [tags.categories] };
}

/** Nests a list that has every parent before its children. One whose parent is hidden is left out. */
export function nested(categories: readonly Category[]): CategoryJson[] {
  const roots: CategoryJson[] = [];
  const byId = new Map<bigint, CategoryJson>();
  for (const { id, parentId, name } of categories) {
    const siblings = parentId === 0n ? roots : byId.get(parentId)?.children;
    if (siblings === undefined) continue;
    const category = { id: Number(id), parent_id: Number(parentId), name, children: [] };
    siblings.push(category);
    byId.set(id, category);
  }
  return roots;
}

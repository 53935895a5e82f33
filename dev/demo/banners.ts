/** The pictures on top of the home page. */
import type { MotifName } from "../../bff/pictures/motifs.ts";
import { bannerPicture } from "./looks.ts";
import type { BannerRow, CategoryRow } from "./rows.ts";

interface Banner {
  readonly name: string;
  readonly things: readonly MotifName[];
  /** Where a click leads: a path, or the name of a category whose list it is. */
  readonly to: { readonly path: string } | { readonly category: string };
}

const banners: readonly Banner[] = [
  {
    name: "限时秒杀，手慢无",
    things: ["phone", "headphones", "watch"],
    to: { path: "/v1/flashsale" },
  },
  {
    name: "The Quiet Kitchen: cookware for years",
    things: ["wok", "casserole", "teapot"],
    to: { category: "Cookware" },
  },
  { name: "新茶上市", things: ["tea", "teapot"], to: { category: "茶叶" } },
  {
    name: "Into the hills: camping season",
    things: ["tent", "lantern", "camp_chair"],
    to: { category: "Camping" },
  },
  {
    name: "开学季 · 文具焕新",
    things: ["notebook", "fountain_pen", "backpack"],
    to: { category: "Books & Stationery" },
  },
  {
    name: "好物推荐，每日更新",
    things: ["flower_pot", "camera", "sneaker"],
    to: { path: "/v1/recommend" },
  },
];

/** Six, in their order. Throws if one leads to a category that is not among `categories`. */
export function bannerRows(categories: readonly CategoryRow[]): BannerRow[] {
  return banners.map(({ name, things, to }, index) => {
    const id = BigInt(index + 1);
    const link = "path" in to ? to.path : listOf(to.category, categories);
    return { id, name, url: bannerPicture(things, id), link, position: index + 1 };
  });
}

function listOf(name: string, categories: readonly CategoryRow[]): string {
  const category = categories.find((each) => each.name === name);
  if (category === undefined) throw new RangeError(`there is no category ${name}`);
  return `/v1/category/list?category=${category.id}`;
}

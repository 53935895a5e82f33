/** The pictures on top of the home page. */
import type { BannerRow } from "./rows.ts";

const names = [
  "限时秒杀，手慢无",
  "The Quiet Kitchen: cookware for years",
  "新茶上市",
  "Into the hills: camping season",
  "开学季 · 文具焕新",
  "好物推荐，每日更新",
];

/** Six, in their order. */
export function bannerRows(): BannerRow[] {
  return names.map((name, index) => ({
    id: BigInt(index + 1),
    name,
    url: `/images/banner/${index + 1}.svg`,
    position: index + 1,
  }));
}

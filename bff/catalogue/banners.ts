/** The banners of the home page. */
import { z } from "@hono/zod-openapi";
import { type Call, onBehalfOf } from "../../shared/rpc/call.ts";
import type { Clients } from "../clients.ts";
import type { Made } from "../hot/hot_read.ts";
import { tags } from "../hot/tags.ts";

export const BannerListSchema = z.object({
  banners: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      url: z.string().openapi({ description: "The picture." }),
      link: z.string().openapi({ description: "Where a click leads, may be empty." }),
    }).openapi("Banner"),
  ),
}).openapi("BannerList");

/** All shown banners, by position. */
export async function listBanners(
  clients: Clients,
  call: Call,
): Promise<Made<z.infer<typeof BannerListSchema>>> {
  const { banners } = await clients.banners.listBanners({}, onBehalfOf(call));
  const body = {
    banners: banners.map(({ id, name, url, link }) => ({ id: Number(id), name, url, link })),
  };
  return { body, tags: [tags.banners] };
}

/** A comment as the front end sees it. */
import { z } from "@hono/zod-openapi";
import type { Comment } from "../../proto/gen/product/v1/comment_pb.ts";
import type { Profile } from "./profiles.ts";

export const CommentSchema = z.object({
  id: z.int(),
  product_id: z.int(),
  content: z.string().openapi({ description: "Plain text: show it as text, never as markup." }),
  rating: z.int().openapi({ description: "1 (bad) to 5 (good)." }),
  images: z.array(z.object({ id: z.int(), url: z.string() })),
  user: z.object({ id: z.int(), name: z.string(), avatar: z.string() }).openapi({
    description: "The author; name and avatar are empty when they cannot be told.",
  }),
  create_time: z.int().openapi({ description: "Unix milliseconds." }),
  update_time: z.int().openapi({ description: "Unix milliseconds." }),
}).openapi("Comment");

export type CommentJson = z.infer<typeof CommentSchema>;

/** The JSON of a comment and its author. */
export function commentJson(comment: Comment, { name, avatar }: Profile): CommentJson {
  return {
    id: Number(comment.id),
    product_id: Number(comment.productId),
    content: comment.content,
    rating: comment.rating,
    images: comment.images.map(({ id, url }) => ({ id: Number(id), url })),
    user: { id: Number(comment.userId), name, avatar },
    create_time: Number(comment.createTime),
    update_time: Number(comment.updateTime),
  };
}

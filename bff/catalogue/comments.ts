/** Comments joined with their authors. */
import { z } from "@hono/zod-openapi";
import { Code, ConnectError } from "@connectrpc/connect";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  CreateCommentRequestSchema,
  ListCommentsRequestSchema,
} from "../../proto/gen/product/v1/comment_service_pb.ts";
import { type Call, onBehalfOf } from "../../shared/rpc/call.ts";
import type { Clients } from "../clients.ts";
import { lastIdSchema } from "../schemas.ts";
import { type CommentJson, commentJson, CommentSchema } from "./comment.ts";
import { nameless, type Profiles } from "./profiles.ts";

export const CommentPageSchema = z.object({
  comments: z.array(CommentSchema),
  is_end: z.boolean().openapi({ description: "Nothing follows." }),
  comment_time: z.int().openapi({ description: "The cursor of the next page." }),
  last_id: lastIdSchema,
}).openapi("CommentPage");

export type CommentPageJson = z.infer<typeof CommentPageSchema>;

interface CommentDeps {
  readonly clients: Clients;
  readonly profiles: Profiles;
}

/** A page of a product's comments; their authors are asked for together. */
export async function listComments(
  { clients, profiles }: CommentDeps,
  call: Call,
  query: MessageInitShape<typeof ListCommentsRequestSchema>,
): Promise<CommentPageJson> {
  const page = await clients.comments.listComments(query, onBehalfOf(call));
  const authors = await profiles.of(page.comments.map(({ userId }) => userId), call);
  return {
    comments: page.comments.map((comment) => {
      return commentJson(comment, authors.get(comment.userId) ?? nameless);
    }),
    is_end: page.isEnd,
    comment_time: Number(page.commentTime),
    last_id: Number(page.lastId),
  };
}

/** Posts a comment. Rejects as the service refuses it. */
export async function postComment(
  { clients, profiles }: CommentDeps,
  call: Call,
  request: MessageInitShape<typeof CreateCommentRequestSchema>,
): Promise<CommentJson> {
  const { comment } = await clients.comments.createComment(request, onBehalfOf(call));
  if (comment === undefined) throw new ConnectError("no comment came back", Code.Internal);
  const authors = await profiles.of([comment.userId], call);
  return commentJson(comment, authors.get(comment.userId) ?? nameless);
}

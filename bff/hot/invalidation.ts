/** Events of the product service that make answers old. */
import type { Logger } from "../../shared/log.ts";
import {
  BannerChangedSchema,
  CategoryChangedSchema,
  CommentDeletedSchema,
  CommentPostedSchema,
  FlashSaleChangedSchema,
  type ProductChanged,
  ProductChangedSchema,
} from "../../proto/gen/product/v1/product_event_pb.ts";
import { eventMessage, type WireEvent } from "../../shared/messaging/event.ts";
import { type ConnectSource, followEvents } from "../../shared/messaging/follow.ts";
import { tags, wholeCatalogue } from "./tags.ts";

export interface InvalidationOptions {
  readonly nats: ConnectSource;
  readonly log: Logger;
  readonly drop: (tags: readonly string[]) => void;
  /** What to listen to. */
  readonly subject?: string;
}

/**
 * Listens in every instance by itself, without a consumer: what is missed while NATS is away is
 * old for the second or two that answers are kept anyway.
 */
export function followChanges(options: InvalidationOptions): AsyncDisposable {
  const { nats, log, drop, subject = "product.>" } = options;
  return followEvents({ nats, log, subject, onEvent: (event) => drop(tagsOf(event)) });
}

/** The tags that an event drops; none for what changes no answer. Throws when it is malformed. */
export function tagsOf({ type, payload }: Pick<WireEvent, "type" | "payload">): readonly string[] {
  switch (type) {
    case ProductChangedSchema.typeName:
      return tagsOfProduct(eventMessage(ProductChangedSchema, payload));
    case CategoryChangedSchema.typeName:
      return [tags.categories, tags.categoryLists];
    case BannerChangedSchema.typeName:
      return [tags.banners];
    case FlashSaleChangedSchema.typeName:
      return [tags.flashSale];
    case CommentPostedSchema.typeName:
      return [tags.comments(eventMessage(CommentPostedSchema, payload).productId)];
    case CommentDeletedSchema.typeName:
      return [tags.comments(eventMessage(CommentDeletedSchema, payload).productId)];
    default:
      return [];
  }
}

/** Searches go by their products alone: what else might match shows within their second. */
function tagsOfProduct({ productId, categoryIds, stockOnly }: ProductChanged): readonly string[] {
  const own = tags.product(productId);
  if (stockOnly) return [own];
  const lists = [wholeCatalogue, ...categoryIds].map((id) => tags.category(id));
  return [own, ...lists, tags.anyCategory, tags.recommend];
}

/** `/images/…`: the pictures of the demo catalogue, drawn when asked for. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { BffEnv } from "../context.ts";
import { entityTag, isNotModified } from "../entity_tag.ts";
import { pictureOf } from "../pictures/picture.ts";
import { HttpProblem } from "../problem.ts";

const cacheControl = "public, max-age=86400, immutable";
/** What a picture may do if somebody opens it as a page: nothing. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

const fixedHeaders = {
  "cache-control": cacheControl,
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
};

/**
 * Adds the pictures: what an address shows is told in bff/pictures/picture.ts. Any other is a 404,
 * reason PICTURE_NOT_FOUND. Like `/docs` they are no part of the API's document.
 */
export function imageRoutes(app: OpenAPIHono<BffEnv>): void {
  app.get("/images/:kind/:name", (c) => {
    const picture = pictureOf(c.req.param("kind"), c.req.param("name"));
    if (picture === undefined) {
      throw new HttpProblem(404, "PICTURE_NOT_FOUND", "there is no such picture");
    }
    const bytes = new TextEncoder().encode(picture);
    // Of the bytes, so that a release with better pictures needs no version in the address.
    const headers = { ...fixedHeaders, etag: entityTag(bytes) };
    if (isNotModified(c.req.header("if-none-match") ?? null, headers.etag)) {
      return c.body(null, 304, headers);
    }
    return c.body(bytes, 200, { ...headers, "content-type": "image/svg+xml; charset=utf-8" });
  });
}

import { OpenAPIHono } from "@hono/zod-openapi";
import assert from "node:assert/strict";
import type { BffEnv } from "../../bff/context.ts";
import { type MotifName, motifs } from "../../bff/pictures/motifs.ts";
import { imageRoutes } from "../../bff/routes/images.ts";
import { anchorOf } from "./anchor.ts";
import { demoData } from "./demo_data.ts";
import { lookOf } from "./looks.ts";
import { themes } from "./words/themes.ts";

Deno.test("every picture that the demo data names is served", async () => {
  const { user, product } = demoData(anchorOf(new Date(Date.UTC(2026, 5, 1))));
  const app = new OpenAPIHono<BffEnv>();
  imageRoutes(app);
  const named = [
    ...product.product.flatMap((row) => row.images),
    ...product.comment.flatMap((row) => row.images),
    ...product.banner.map((row) => row.url),
    ...user.users.map((row) => row.avatar),
  ];
  assert.ok(named.length > 4_000);
  assert.equal(new Set(named).size, named.length);
  for (const path of named) {
    const response = await app.request(path);
    assert.deepEqual(
      [path, response.status, response.headers.get("content-type")],
      [path, 200, "image/svg+xml; charset=utf-8"],
    );
    await response.body?.cancel();
  }
});

Deno.test("most things that can be drawn are sold", () => {
  const sold = new Set(
    themes.flatMap(({ shelves }) =>
      shelves.flatMap(({ kinds }) => Object.values(kinds).map(([, , motif]) => motif))
    ),
  );
  const names = Object.keys(motifs) as MotifName[];
  assert.deepEqual(names.filter((name) => !sold.has(name)).sort(), [
    "ball",
    "bike",
    "fridge",
    "noodles",
    "plant",
    "printer",
    "stroller",
    "washing_machine",
  ]);
});

Deno.test("lookOf() takes the colour that a size says", () => {
  const cases: [string, string][] = [
    ["256GB 雾山蓝", "phone-blue"],
    ["256GB 米砂白", "phone-sand"],
    ["42mm 松针绿", "phone-green"],
    ["青绿", "phone-teal"],
    ["灰蓝", "phone-blue"],
    ["M 藏青", "phone-navy"],
    ["Black, Large", "phone-black"],
    ["Signal Yellow", "phone-yellow"],
    ["Double, Slate", "phone-grey"],
    ["Set of 2", "phone"],
  ];
  assert.deepEqual(cases.map(([size]) => [size, lookOf("phone", size)]), cases);
});

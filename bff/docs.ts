/** The page for people at `/docs`, with every asset served from here. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { BffEnv } from "./context.ts";

const assets: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

/** Starts the page; its own file because the policy below allows no inline script. */
const startScript = `window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The mall — HTTP API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** Swagger UI styles its elements inline and draws its icons from data: URLs. */
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const dayS = 86_400;

/** Adds `/docs` and what the page loads. */
export function docsRoutes(app: OpenAPIHono<BffEnv>): void {
  app.get("/docs", (c) => c.html(page, 200, { "content-security-policy": policy }));
  app.get("/docs/start.js", (c) => c.body(startScript, 200, headersOf("text/javascript")));
  for (const [name, contentType] of Object.entries(assets)) {
    app.get(`/docs/${name}`, async (c) => {
      return c.body(await readAsset(name), 200, headersOf(contentType));
    });
  }
}

async function readAsset(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return await Deno.readFile(new URL(import.meta.resolve(`swagger-ui-dist/${name}`)));
}

function headersOf(contentType: string): Record<string, string> {
  return { "content-type": contentType, "cache-control": `public, max-age=${dayS}` };
}

/** `/healthz`, `/readyz` and `/metrics`, for whoever runs the process. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Probes } from "../../shared/http/probes.ts";
import type { BffEnv } from "../context.ts";

/** Adds the probes. */
export function probeRoutes(app: OpenAPIHono<BffEnv>, probes: Probes): void {
  for (const path of ["/healthz", "/readyz", "/metrics"]) {
    app.get(path, async (c) => await probes(path) ?? c.notFound());
  }
}

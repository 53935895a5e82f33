/** Liveness, readiness and metrics: what whoever runs a process asks it. */
import type { Metrics } from "../metrics.ts";

/** One thing that a process needs. */
export interface Dependency {
  /** A noun for the operator: "postgres", "nats". */
  readonly name: string;
  /** Without it the process can serve nothing; otherwise it only serves worse. */
  readonly required: boolean;
  /** Rejects, soon, if the dependency is away. */
  check(): Promise<void>;
}

export interface ProbeOptions {
  readonly dependencies: readonly Dependency[];
  readonly metrics: Metrics;
  /** How long one check may take, in milliseconds. */
  readonly timeoutMs?: number;
}

export interface Readiness {
  readonly status: "ready" | "unready";
  /** Required dependencies that are away. */
  readonly missing: readonly string[];
  /** Other dependencies that are away. */
  readonly degraded: readonly string[];
}

/** Answers `/healthz`, `/readyz` and `/metrics`; undefined for any other path. */
export type Probes = (path: string) => Promise<Response> | undefined;

/** Builds the probes of one process. */
export function createProbes(options: ProbeOptions): Probes {
  return (path) => {
    switch (path) {
      case "/healthz":
        return Promise.resolve(Response.json({ status: "ok" }));
      case "/readyz":
        return answerReadiness(options);
      case "/metrics":
        return answerMetrics(options.metrics);
      default:
        return undefined;
    }
  };
}

async function answerReadiness(options: ProbeOptions): Promise<Response> {
  const readiness = await checkAll(options.dependencies, options.timeoutMs ?? 1_000);
  return Response.json(readiness, { status: readiness.status === "ready" ? 200 : 503 });
}

/** Asks every dependency at once. */
export async function checkAll(
  dependencies: readonly Dependency[],
  timeoutMs: number,
): Promise<Readiness> {
  const away = await Promise.all(dependencies.map(async (dependency) => {
    const present = await answersWithin(dependency, timeoutMs);
    return present ? [] : [dependency];
  }));
  const missing = away.flat().filter((d) => d.required).map((d) => d.name);
  const degraded = away.flat().filter((d) => !d.required).map((d) => d.name);
  return { status: missing.length === 0 ? "ready" : "unready", missing, degraded };
}

async function answersWithin(dependency: Dependency, timeoutMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const check = Promise.try(() => dependency.check()).then(() => true, () => false);
  const present = await Promise.race([check, late]);
  clearTimeout(timer);
  return present;
}

async function answerMetrics(metrics: Metrics): Promise<Response> {
  const headers = { "content-type": metrics.contentType };
  return new Response(await metrics.metrics(), { headers });
}

/** One instance of a service, as its clients see it: its load, its latency, its breaker. */
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import type { Host } from "../discovery/hosts.ts";
import { type Breaker, createBreaker } from "./breaker.ts";

export interface Instance {
  readonly host: Host;
  readonly transport: Transport;
  readonly breaker: Breaker;
  /** Calls that have not answered yet. */
  inFlight: number;
  /** Exponentially weighted moving average of the latency, in milliseconds. */
  latencyMs: number;
  /** When `latencyMs` was last moved, on the clock of `performance.now()`. */
  measuredMs: number;
}

/** After this long without a measurement an old average counts for 1/e, in milliseconds. */
const decayMs = 10_000;

/** Codes that say something about the instance rather than about the request. */
const instanceFailures: ReadonlySet<Code> = new Set([
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.Internal,
  Code.Unavailable,
  Code.DataLoss,
]);

/** An instance that nothing is known about yet: it gets a call soon. */
export function createInstance(host: Host, transport: Transport): Instance {
  const measuredMs = performance.now();
  return { host, transport, breaker: createBreaker(), inFlight: 0, latencyMs: 0, measuredMs };
}

/**
 * What one more call there would cost: the latency to expect times the queue to stand in, in the
 * form of go-zero's p2c balancer, √(latency + 1) × (calls in flight + 1). An old
 * measurement fades, or an instance that was slow once would never be asked again.
 */
export function costOf(instance: Instance, nowMs = performance.now()): number {
  const weight = Math.max(1, instance.host.weight);
  const latencyMs = instance.latencyMs * fading(instance, nowMs);
  return Math.sqrt(latencyMs + 1) * (instance.inFlight + 1) / weight;
}

function fading(instance: Instance, nowMs: number): number {
  return Math.exp((instance.measuredMs - nowMs) / decayMs);
}

/** Runs one call on the instance and learns from it. */
export async function callOn<T>(
  instance: Instance,
  call: (transport: Transport) => Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  instance.inFlight++;
  try {
    const answer = await call(instance.transport);
    instance.breaker.succeeded();
    return answer;
  } catch (error) {
    learnFrom(instance, ConnectError.from(error).code);
    throw error;
  } finally {
    instance.inFlight--;
    measure(instance, performance.now() - startedMs);
  }
}

/** A cancelled call says nothing about the instance; any other answer proves that it lives. */
function learnFrom(instance: Instance, code: Code): void {
  if (instanceFailures.has(code)) instance.breaker.failed();
  else if (code !== Code.Canceled) instance.breaker.succeeded();
}

/** Peak-sensitive EWMA: a slower call counts at once, a faster one by the time that passed. */
function measure(instance: Instance, latencyMs: number): void {
  const nowMs = performance.now();
  const weight = fading(instance, nowMs);
  instance.latencyMs = latencyMs > instance.latencyMs
    ? latencyMs
    : instance.latencyMs * weight + latencyMs * (1 - weight);
  instance.measuredMs = nowMs;
}

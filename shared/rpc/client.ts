/** The one place that makes clients of other services. */
import { type Client, Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { type DescMethodUnary, type DescService } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import type { Hosts } from "../discovery/hosts.ts";
import { NotSent } from "../http1/not_sent.ts";
import { createBalancer } from "./balancer.ts";
import { createUnaryTransport } from "./unary_transport.ts";
import { callOn, type Instance } from "./instance.ts";
import { plainFields } from "./request_bytes.ts";
import { createRetryBudget } from "./retry_budget.ts";

export interface RpcClientOptions {
  /** For a call without a deadline of its own, in milliseconds. */
  readonly timeoutMs?: number;
  /** Further tries of a call that may be repeated, each on another instance. */
  readonly retriesMax?: number;
  /** How long the first call waits for discovery to name an instance, in milliseconds. */
  readonly hostWaitMs?: number;
  /** The token to send with every call, in place of the person's. */
  readonly credentials?: () => Promise<string>;
}

/**
 * A client of `service` that finds its instances in `hosts`. Every call has a deadline; a call
 * without side effects is tried again on another instance when one is Unavailable, and any call
 * that no server has seen yet, as long as the deadline and the retry budget allow; an instance that
 * keeps failing gets a pause.
 */
export function createRpcClient<T extends DescService>(
  service: T,
  hosts: Hosts,
  options: RpcClientOptions = {},
): Client<T> {
  return createClient(service, createBalancedTransport(hosts, options));
}

/** A Connect transport over the instances of one service. */
export function createBalancedTransport(hosts: Hosts, options: RpcClientOptions = {}): Transport {
  const { timeoutMs: defaultTimeoutMs = 2_000, retriesMax = 2, hostWaitMs = 500 } = options;
  const balancer = createBalancer(hosts, (host) => createUnaryTransport(host.url));
  const budget = createRetryBudget();

  return {
    async unary(method, signal, timeoutMs, given, input, contextValues) {
      const deadlineMs = performance.now() + (timeoutMs ?? defaultTimeoutMs);
      const header = await withCredentials(given, options);
      if (hosts.list().length === 0) {
        await hosts.waitFor(1, Math.min(hostWaitMs, timeoutMs ?? hostWaitMs)).catch(() => {});
      }
      budget.earn();
      const repeatable = isRepeatable(method);
      const tried = new Set<Instance>();
      for (let attempt = 0;; attempt++) {
        // Asking would only make the instance look slow.
        const leftMs = deadlineMs - performance.now();
        if (leftMs <= 0) throw new ConnectError("no time is left", Code.DeadlineExceeded);
        const instance = balancer.pick(tried, { repeatable });
        if (instance === undefined) throw noInstance(method);
        tried.add(instance);
        try {
          return await callOn(
            instance,
            (transport) => transport.unary(method, signal, leftMs, header, input, contextValues),
          );
        } catch (error) {
          const harmless = repeatable ? isUnavailable(error) : isNotSent(error);
          const again = harmless && attempt < retriesMax && performance.now() < deadlineMs &&
            budget.spend();
          if (!again) throw error;
        }
      }
    },
    stream: () => Promise.reject(new ConnectError("streams are not offered", Code.Unimplemented)),
  };
}

async function withCredentials(
  header: HeadersInit | undefined,
  { credentials }: RpcClientOptions,
): Promise<HeadersInit | undefined> {
  if (credentials === undefined) return header;
  return { ...plainFields(header), authorization: `Bearer ${await credentials()}` };
}

function isRepeatable(method: DescMethodUnary): boolean {
  return method.idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN;
}

function isUnavailable(error: unknown): boolean {
  return ConnectError.from(error).code === Code.Unavailable;
}

/** Whether no server has seen the call: any other may be asked then, whatever the rpc does. */
function isNotSent(error: unknown): boolean {
  return error instanceof ConnectError && error.cause instanceof NotSent;
}

function noInstance(method: DescMethodUnary): ConnectError {
  const name = method.parent.typeName;
  return new ConnectError(`no instance of ${name} takes calls now, try again`, Code.Unavailable);
}

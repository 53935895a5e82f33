/** The durable JetStream consumer behind a consumer job. */
import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  DeliverPolicy,
  type JetStreamManager,
  nanos,
  NatsError,
} from "nats";

export interface DurableSpec {
  readonly stream: string;
  readonly durable: string;
  readonly subject: string;
  /** A delivery that is neither acknowledged nor in progress for so long is repeated. */
  readonly ackWaitMs: number;
  /** Deliveries without acknowledgement at most, over all instances. */
  readonly ackPendingMax: number;
}

const consumerNotFound = 10_014;

/**
 * Makes the consumer if it is not there, and brings its settings up to date. It starts with all
 * that the stream has: what it had consumed before it was lost, the inbox knows. Throws while
 * NATS is away, and while the stream does not exist: its owner makes it.
 */
export async function ensureDurable(manager: JetStreamManager, spec: DurableSpec): Promise<void> {
  const found = await durableInfo(manager, spec);
  if (found === undefined) {
    await manager.consumers.add(spec.stream, durableConfig(spec));
    return;
  }
  const changed = found.config.ack_wait !== nanos(spec.ackWaitMs) ||
    found.config.max_ack_pending !== spec.ackPendingMax;
  if (!changed) return;
  await manager.consumers.update(spec.stream, spec.durable, {
    ack_wait: nanos(spec.ackWaitMs),
    max_ack_pending: spec.ackPendingMax,
  });
}

/** What the server says about the consumer; undefined if there is none. */
export async function durableInfo(
  manager: JetStreamManager,
  spec: DurableSpec,
): Promise<ConsumerInfo | undefined> {
  try {
    return await manager.consumers.info(spec.stream, spec.durable);
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.err_code === consumerNotFound) {
      return undefined;
    }
    throw error;
  }
}

/** Makes the consumer anew behind what it had acknowledged without a gap. */
export async function recreateDurable(
  manager: JetStreamManager,
  spec: DurableSpec,
  info: ConsumerInfo,
): Promise<void> {
  await manager.consumers.delete(spec.stream, spec.durable);
  await manager.consumers.add(spec.stream, {
    ...durableConfig(spec),
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: info.ack_floor.stream_seq + 1,
  });
}

function durableConfig(spec: DurableSpec): Partial<ConsumerConfig> {
  return {
    durable_name: spec.durable,
    filter_subject: spec.subject,
    deliver_policy: DeliverPolicy.All,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(spec.ackWaitMs),
    max_ack_pending: spec.ackPendingMax,
    // The limit is ours: the server would stop delivering without a word.
    max_deliver: -1,
  };
}

/** The JetStream stream of one owning service. */
import {
  DiscardPolicy,
  type JetStreamManager,
  nanos,
  NatsError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from "nats";

/** One stream a service: only the owner makes it and publishes new events to it. */
export interface StreamSpec {
  /** Upper case, such as `THING`. */
  readonly name: string;
  /** What it keeps, such as `["thing.>"]`. */
  readonly subjects: readonly string[];
  /** 1 alone, 3 on a cluster. */
  readonly replicas?: number;
}

/** Which incarnation of a stream it is, and how far it has come. */
export interface StreamPlace {
  readonly name: string;
  /** The time it was created, in ISO 8601: another one after it was made anew. */
  readonly epoch: string;
  readonly lastSeq: number;
}

const hourMs = 3_600_000;
/** A consumer that is away longer loses what the outbox does not keep either. */
export const streamMaxAgeMs = 7 * 24 * hourMs;
const duplicateWindowMs = 2 * 60_000;
const bytesMax = 1024 ** 3;

const streamNotFound = 10_059;

/**
 * Makes the stream if it is not there (a server without its data), brings its settings up to date
 * if they differ, and says where it stands. Throws what NATS throws while it is away.
 */
export async function ensureStream(
  manager: JetStreamManager,
  spec: StreamSpec,
): Promise<StreamPlace> {
  const wanted = streamConfig(spec);
  const found = await findStream(manager, spec.name);
  if (found === undefined) return placeOf(await manager.streams.add(wanted));
  if (agrees(found.config, wanted)) return placeOf(found);
  return placeOf(await manager.streams.update(spec.name, wanted));
}

async function findStream(
  manager: JetStreamManager,
  name: string,
): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.err_code === streamNotFound) {
      return undefined;
    }
    throw error;
  }
}

function streamConfig(spec: StreamSpec): Partial<StreamConfig> & { name: string } {
  return {
    name: spec.name,
    subjects: [...spec.subjects],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    num_replicas: spec.replicas ?? 1,
    duplicate_window: nanos(duplicateWindowMs),
    max_age: nanos(streamMaxAgeMs),
    max_bytes: bytesMax,
  };
}

function agrees(found: StreamConfig, wanted: Partial<StreamConfig>): boolean {
  const names = Object.keys(wanted) as (keyof StreamConfig)[];
  return names.every((name) => JSON.stringify(found[name]) === JSON.stringify(wanted[name]));
}

function placeOf(info: StreamInfo): StreamPlace {
  return { name: info.config.name, epoch: info.created, lastSeq: info.state.last_seq };
}

/** The JetStream bucket of instances: its keys, its values, and reading it whole. */
import {
  type JetStreamManager,
  type KV,
  type NatsConnection,
  NatsError,
  StorageType,
  type StoredMsg,
} from "nats";
import type { Host } from "./hosts.ts";
import { parseHostUrl } from "./static_hosts.ts";

/** The bucket's name and times, the same for all processes of a system. */
export interface BucketOptions {
  /** `services` unless told. */
  readonly bucket?: string;
  /** How long an instance that went silent is believed to live, in milliseconds; 10,000. */
  readonly ttlMs?: number;
}

export const bucketDefault = "services";
export const ttlMsDefault = 10_000;
/** How long one request to JetStream may take, in milliseconds. */
export const requestTimeoutMs = 2_000;
/** How many keys are read at most: more instances than that are a mistake. */
const keysMax = 2_000;
const streamNotFound = 10_059;

/** One key of the bucket, as it is stored now. */
export interface StoredKey {
  readonly key: string;
  /** Undefined if the key was deleted. */
  readonly value: Uint8Array | undefined;
  /** When it was written, Unix milliseconds by the server's clock. */
  readonly writtenMs: number;
}

/**
 * Opens the bucket, creating it if it is not there. It lives in memory: what it holds is renewed
 * every few seconds, and after a restart of the server all of it is written again.
 */
export function openBucket(
  connection: NatsConnection,
  options: Required<BucketOptions> & { readonly replicas: number },
): Promise<KV> {
  const { bucket, ttlMs: ttl, replicas } = options;
  const jetstream = connection.jetstream({ timeout: requestTimeoutMs });
  return jetstream.views.kv(bucket, { ttl, replicas, history: 1, storage: StorageType.Memory });
}

/** The subject of all keys: each write and each deletion is a message on it. */
export function bucketSubject(bucket: string): string {
  return `$KV.${bucket}.>`;
}

/** Every key that is stored now; none if there is no bucket. Fails when JetStream is away. */
export async function readBucket(
  connection: NatsConnection,
  bucket: string,
): Promise<readonly StoredKey[]> {
  const manager = await connection.jetstreamManager({
    checkAPI: false,
    timeout: requestTimeoutMs,
  });
  const stream = `KV_${bucket}`;
  const subjects = await subjectsOf(manager, stream, bucketSubject(bucket));
  const found = await Promise.all(subjects.map((subject) => readKey(manager, stream, subject)));
  return found.filter((entry) => entry !== undefined);
}

async function subjectsOf(
  manager: JetStreamManager,
  stream: string,
  filter: string,
): Promise<readonly string[]> {
  try {
    const info = await manager.streams.info(stream, { subjects_filter: filter });
    return Object.keys(info.state.subjects ?? {}).slice(0, keysMax);
  } catch (error) {
    if (error instanceof NatsError && error.api_error?.err_code === streamNotFound) return [];
    throw error;
  }
}

async function readKey(
  manager: JetStreamManager,
  stream: string,
  subject: string,
): Promise<StoredKey | undefined> {
  try {
    return storedKey(await manager.streams.getMessage(stream, { last_by_subj: subject }));
  } catch (error) {
    // It ran out between the two requests.
    if (error instanceof NatsError && error.api_error?.code === 404) return undefined;
    throw error;
  }
}

function storedKey(message: StoredMsg): StoredKey {
  const deleted = message.header.get("KV-Operation") !== "";
  return {
    key: keyOf(message.subject),
    value: deleted ? undefined : message.data,
    writtenMs: message.time.getTime(),
  };
}

/** The key within a subject of the bucket, `$KV.<bucket>.<key>`. */
export function keyOf(subject: string): string {
  return subject.split(".").slice(2).join(".");
}

/** What is stored of an instance. */
export function encodeHost(host: Host): string {
  const { url, version, weight, startedMs: started } = host;
  return JSON.stringify({ url, version, weight, started });
}

/** The service and the instance of a key and its value; undefined if they make no sense. */
export function decodeHost(
  key: string,
  value: Uint8Array,
): { readonly name: string; readonly host: Host } | undefined {
  const [name, instanceId, ...rest] = key.split(".");
  const fields = parseObject(value);
  if (!name || !instanceId || rest.length > 0 || !fields) return undefined;
  const { url: text, version, weight, started } = fields;
  const url = typeof text === "string" ? parseHostUrl(text) : undefined;
  if (url === undefined || typeof version !== "string") return undefined;
  if (!isNumber(weight) || weight < 1 || weight > 100 || !isNumber(started)) return undefined;
  return { name, host: { instanceId, url, version, weight, startedMs: started } };
}

function parseObject(value: Uint8Array): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(value));
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Dead letters as messages. */
import { type DescMessage, fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import type { DeadLetterSchema } from "../../proto/gen/ops/v1/dead_letter_pb.ts";
import type { DeadLetter } from "../messaging/dead_letters.ts";
import type { Job } from "../messaging/jobs.ts";
import { traceIdOf } from "../rpc/traceparent.ts";
import { shortJson } from "./short_json.ts";

/** What the service's consumers can read, by the full name of the message. */
export type EventSchemas = ReadonlyMap<string, DescMessage>;

/** The schemas of all events that these jobs consume. */
export function eventSchemasOf(jobs: readonly Job[]): EventSchemas {
  return new Map(jobs.flatMap((job) => {
    return job.kind === "consumer" ? [[job.schema.typeName, job.schema]] : [];
  }));
}

/** The letter on the wire. */
export function toDeadLetterMessage(
  letter: DeadLetter,
  schemas: EventSchemas,
): MessageInitShape<typeof DeadLetterSchema> {
  const { number, consumer, eventId, subject, type, deliveries, error, state } = letter;
  return {
    ...{ consumer, eventId, subject, error, state },
    id: number,
    payloadType: type,
    payloadJson: payloadJson(letter, schemas),
    attempts: deliveries,
    traceId: letter.traceparent === null ? "" : traceIdOf(letter.traceparent),
    eventTime: millisecondsOf(letter.occurredAt),
    deadTime: millisecondsOf(letter.failedAt),
    settledTime: millisecondsOf(letter.settledAt),
  };
}

function millisecondsOf(time: Date | null): bigint {
  return BigInt(time?.getTime() ?? 0);
}

/** Many a letter is here because its payload is not what its type says: that one shows nothing. */
function payloadJson({ type, payload }: DeadLetter, schemas: EventSchemas): string {
  const schema = schemas.get(type);
  if (schema === undefined || payload === null) return "";
  try {
    return shortJson(schema, fromBinary(schema, payload));
  } catch {
    return "";
  }
}

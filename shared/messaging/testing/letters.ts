/** For tests: dead letters, and who asks for something to be done with them. */
import type { NewAuditEntry } from "../../postgres/audit_trail.ts";
import type { NewDeadLetter } from "../dead_letters.ts";
import { toySubject } from "./toy.ts";

/** A letter of the toy. */
export function newLetter(more: Partial<NewDeadLetter> = {}): NewDeadLetter {
  return {
    consumer: "toy-toy-happened",
    eventId: "0190163d-8694-739b-aea5-966c26f8ad91",
    subject: toySubject,
    type: "google.protobuf.StringValue",
    source: "toy",
    traceparent: null,
    payload: new Uint8Array(),
    occurredAt: new Date(),
    error: "Error: cannot digest",
    deliveries: 1,
    ...more,
  };
}

/** The entry of an operator in a test. */
export const testAudit: NewAuditEntry = {
  actorId: 7n,
  action: "toy.v1.ToyAdminService/MendToy",
  target: "toy:1",
  requestJson: "{}",
  requestId: "a-request",
  ipAddress: "192.0.2.1",
};

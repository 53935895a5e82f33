/** Who asks for what: the audit trail's entry of a call. */
import type { HandlerContext } from "@connectrpc/connect";
import type { Message } from "@bufbuild/protobuf";
import { callerId } from "../auth/caller.ts";
import type { NewAuditEntry } from "../postgres/audit_trail.ts";
import { callOf, peerAddress } from "../rpc/call.ts";
import { shortJson } from "./short_json.ts";

/**
 * The entry of a write, for the store to record with it. `target` is what is written, such as
 * `order:20220609123456000000000123`. The address is that of the connection's other end.
 */
export function auditEntryOf(
  context: HandlerContext,
  request: Message,
  target: string,
): NewAuditEntry {
  const { method } = context;
  const call = callOf(context);
  return {
    actorId: callerId(call.principal),
    action: `${method.parent.typeName}/${method.name}`,
    target,
    requestJson: shortJson(method.input, request),
    requestId: call.requestId,
    ipAddress: peerAddress(call),
  };
}

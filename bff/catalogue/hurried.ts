import type { Call } from "../../shared/rpc/call.ts";

/**
 * The call with only a share (0 to 1) of the time that is left: for a part of an answer that the
 * rest does not wait for longer.
 */
export function hurried(call: Call, share: number): Call {
  const nowMs = performance.now();
  return { ...call, deadlineMs: nowMs + Math.max(0, call.deadlineMs - nowMs) * share };
}

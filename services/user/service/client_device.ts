import type { HandlerContext } from "@connectrpc/connect";
import type { ClientContext } from "../../../proto/gen/user/v1/session_pb.ts";
import { callOf, peerAddress } from "../../../shared/rpc/call.ts";
import { type ClientDevice, tidyUserAgent } from "../session.ts";

/** Where the call comes from: only a service is believed when it says another place. */
export function deviceOf(client: ClientContext | undefined, context: HandlerContext): ClientDevice {
  const call = callOf(context);
  if (call.principal.kind === "service" && client !== undefined) {
    const { ipAddress, userAgent } = client;
    return {
      ipAddress: ipAddress.replaceAll(/[^\da-f.:]/gi, "").slice(0, 45),
      userAgent: tidyUserAgent(userAgent),
    };
  }
  const userAgent = tidyUserAgent(context.requestHeader.get("user-agent") ?? "");
  return { ipAddress: peerAddress(call), userAgent };
}

import assert from "node:assert/strict";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { createHandlerContext } from "@connectrpc/connect";
import { AuthService } from "../../../proto/gen/user/v1/auth_service_pb.ts";
import { ClientContextSchema } from "../../../proto/gen/user/v1/session_pb.ts";
import { callIn, peerKey } from "../../../shared/rpc/call.ts";
import { anonymous, type Principal } from "../../../shared/rpc/principal.ts";
import { deviceOf } from "./client_device.ts";

/** A call from 192.0.2.1 by this caller. */
function device(principal: Principal, client?: MessageInitShape<typeof ClientContextSchema>) {
  const context = createHandlerContext({
    service: AuthService,
    method: AuthService.method.login,
    protocolName: "connect",
    requestMethod: "POST",
    url: "http://localhost/",
    requestHeader: { "user-agent": "curl/8" },
  });
  context.values.set(peerKey, {
    remoteAddr: { transport: "tcp", hostname: "::ffff:192.0.2.1", port: 1 },
  });
  callIn(context.values, context.requestHeader).principal = principal;
  return deviceOf(client && create(ClientContextSchema, client), context);
}

Deno.test("deviceOf() believes a service about its client, and nobody else", () => {
  const service: Principal = { kind: "service", name: "bff" };
  const person: Principal = { kind: "user", userId: 7n, roles: ["user", "admin"], sessionId: "s" };
  const claim = { ipAddress: "198.51.100.9", userAgent: "Firefox/1" };
  const own = { ipAddress: "192.0.2.1", userAgent: "curl/8" };
  assert.deepEqual(
    [device(service, claim), device(person, claim), device(anonymous, claim), device(service)],
    [claim, own, own, own],
  );
});

Deno.test("deviceOf() keeps of what a service says only what can be an address and a name", () => {
  const service: Principal = { kind: "service", name: "bff" };
  const claim = { ipAddress: "2001:db8::1\0'; --", userAgent: "x\n".repeat(500) };
  assert.deepEqual(device(service, claim), {
    ipAddress: "2001:db8::1",
    userAgent: "x ".repeat(100),
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { newCall } from "../shared/rpc/call.ts";
import { createClientAddress, parseNetworks } from "./client_address.ts";

function networks(text: string) {
  const list = parseNetworks(text);
  assert.ok(list);
  return list;
}

function addressOf(peer: string, forwarded: string | undefined, trusted = ""): string {
  const header = new Headers(forwarded === undefined ? {} : { "x-forwarded-for": forwarded });
  const remoteAddr = { transport: "tcp", hostname: peer, port: 1 } as const;
  return createClientAddress(networks(trusted))(newCall(header, { remoteAddr }), header);
}

Deno.test("without trusted proxies no header is believed", () => {
  fc.assert(fc.property(fc.string(), fc.ipV4(), (noise, address) => {
    const forwarded = `${noise.replaceAll(/[^\x20-\x7e]/g, "")}, ${address}`;
    assert.equal(addressOf("198.51.100.7", forwarded), "198.51.100.7");
    assert.equal(addressOf("198.51.100.7", forwarded, "10.0.0.0/8"), "198.51.100.7");
  }));
});

Deno.test("behind a trusted proxy the right-most address that is no proxy counts", () => {
  const trusted = "10.0.0.0/8, 2001:db8::1";
  const cases: [string, string | undefined, string][] = [
    ["10.1.2.3", "203.0.113.9", "203.0.113.9"],
    ["10.1.2.3", "1.1.1.1, 203.0.113.9, 10.9.9.9", "203.0.113.9"],
    ["2001:db8::1", "2001:db8::99", "2001:db8::99"],
    ["::ffff:10.1.2.3", "203.0.113.9", "203.0.113.9"],
    ["10.1.2.3", undefined, "10.1.2.3"],
    ["10.1.2.3", "10.0.0.1, 10.0.0.2", "10.1.2.3"],
    ["10.1.2.3", "203.0.113.9, unknown", "10.1.2.3"],
    ["10.1.2.3", "203.0.113.9:443", "10.1.2.3"],
    ["10.1.2.3", "fe80::1%eth0", "10.1.2.3"],
    ["10.1.2.3", "::ffff:203.0.113.9", "203.0.113.9"],
  ];
  assert.deepEqual(
    cases.map(([peer, forwarded]) => addressOf(peer, forwarded, trusted)),
    cases.map(([, , address]) => address),
  );
});

Deno.test("parseNetworks() takes addresses and networks, and nothing else", () => {
  const good = ["", "10.0.0.1", "10.0.0.0/8,::1", "2001:db8::/32"];
  const bad = [
    "proxy",
    "fe80::1%eth0",
    "10.0.0.0/8/9",
    "10.0.0.0/33",
    "10.0.0.0/x",
    "10.0.0/8",
    "::1/129",
    "10.0.0.0/-1",
  ];
  assert.deepEqual(
    [...good, ...bad].map((text) => parseNetworks(text) !== undefined),
    [...good.map(() => true), ...bad.map(() => false)],
  );
});

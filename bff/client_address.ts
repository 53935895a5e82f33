/** Where a request comes from, for limits: as far as it can be believed. */
import { BlockList, isIP } from "node:net";
import { type Call, peerAddress } from "../shared/rpc/call.ts";

/** Finds the address of a request's client; "" if it is not known. */
export type ClientAddress = (call: Call, header: Headers) => string;

/** Entries of X-Forwarded-For that are looked at, from the right. */
const entriesMax = 20;

/**
 * The other end of the connection, unless that is a trusted proxy: then the right-most entry of
 * X-Forwarded-For that is none. What stands left of it, the client may have invented.
 */
export function createClientAddress(trusted: BlockList): ClientAddress {
  const isTrusted = (address: string) => trusted.check(address, familyOf(address));
  return (call, header) => {
    const peer = peerAddress(call);
    if (peer === "" || !isTrusted(peer)) return peer;
    const entries = (header.get("x-forwarded-for") ?? "").split(",").slice(-entriesMax);
    for (const entry of entries.reverse()) {
      const address = plain(entry.trim());
      if (!isAddress(address)) return peer;
      if (!isTrusted(address)) return address;
    }
    return peer;
  };
}

/** Addresses and networks, `10.0.0.0/8,192.0.2.1`; undefined if one of them is none. */
export function parseNetworks(text: string): BlockList | undefined {
  const list = new BlockList();
  for (const entry of text.split(",").map((part) => part.trim()).filter((part) => part !== "")) {
    const [address = "", prefix, more] = entry.split("/");
    if (!isAddress(address) || more !== undefined) return undefined;
    const family = familyOf(address);
    const bits = prefix === undefined ? (family === "ipv4" ? 32 : 128) : Number(prefix);
    if (!/^\d{1,3}$/.test(prefix ?? "0") || bits > (family === "ipv4" ? 32 : 128)) return undefined;
    list.addSubnet(address, bits, family);
  }
  return list;
}

/** An address without a zone, which only the machine itself understands. */
function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes("%");
}

/** IPv4 as such, also where it is written as IPv6: one client is to count once. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

/** Which network an address belongs to: what limits by address count. */
import { ipv6Groups } from "../../shared/http/host_address.ts";

/**
 * An IPv4 address itself; of IPv6 the network of 64 bits, as the smallest that a customer gets has
 * that many, and whoever has one could come from another address each time. What is no address stays
 * as it is.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const host = URL.parse(`http://[${address}]/`)?.hostname;
  if (host === undefined) return address;
  const groups = ipv6Groups(host.slice(1, -1));
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 6).join() === ipv4Mapped) {
    return [high >>> 8, high & 0xff, low >>> 8, low & 0xff].join(".");
  }
  return `${groups.slice(0, 4).map((group) => group.toString(16)).join(":")}::/64`;
}

/** How a socket of both families shows IPv4. */
const ipv4Mapped = [0, 0, 0, 0, 0, 0xffff].join();

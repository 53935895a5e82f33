/**
 * Which hosts of URLs are on the public internet, told from their text. Takes hosts as the WHATWG
 * URL parser leaves them: IPv4 of every spelling (decimal, octal, hexadecimal, short, full-width)
 * as four decimal numbers, IPv6 compressed in brackets, names in lower-case ASCII.
 */

type Ipv4Range = readonly [base: string, prefix: number];

/** What is not global in IANA's registry of special-purpose IPv4 addresses, and multicast. */
const closedIpv4: readonly Ipv4Range[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Names of machines and of networks that are not the internet (RFC 6761, 6762, 8375, ICANN). */
const closedNames =
  /(^|\.)(localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/;
const ipv4 = /^\d+\.\d+\.\d+\.\d+$/;

/**
 * Whether the host is public: a global address, or a name of two labels or more that belongs to no
 * inner network. A name may still resolve to anything: nothing is looked up here.
 */
export function isPublicHost(host: string): boolean {
  if (host.startsWith("[")) return isPublicIpv6(host.slice(1, -1));
  if (ipv4.test(host)) return isPublicIpv4(host);
  const name = host.replace(/\.$/, "");
  return name.includes(".") && !closedNames.test(name);
}

function isPublicIpv4(address: string): boolean {
  const number = ipv4Number(address);
  return !closedIpv4.some(([base, prefix]) => {
    return number >>> (32 - prefix) === ipv4Number(base) >>> (32 - prefix);
  });
}

function ipv4Number(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/**
 * Only what is given out (2000::/3), without the parts that are kept for documentation or carry an
 * IPv4 address. IPv4 that is mapped, embedded or translated in any other way lies outside.
 */
function isPublicIpv6(address: string): boolean {
  const [first = 0, second = 0] = ipv6Groups(address);
  if (first >>> 13 !== 1) return false;
  const protocols = first === 0x2001 && second < 0x0200; // 2001::/23: Teredo, ORCHID and others
  const documentation = (first === 0x2001 && second === 0x0db8) ||
    (first === 0x3fff && second < 0x1000);
  const sixToFour = first === 0x2002;
  return !protocols && !documentation && !sixToFour;
}

/** The eight numbers of an IPv6 address as the WHATWG URL parser writes it, without brackets. */
export function ipv6Groups(address: string): number[] {
  const [head = [], tail = []] = address.split("::").map((part) => {
    return part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  });
  const gap = Array<number>(8 - head.length - tail.length).fill(0);
  return [...head, ...gap, ...tail];
}

import assert from "node:assert/strict";
import fc from "fast-check";
import { readPublicUrl } from "./public_url.ts";

/** The address that is kept, or the reason of its refusal. */
function read(text: string): string {
  const found = readPublicUrl(text);
  return typeof found === "string" ? found : found.reason;
}

/** A host in a URL as a buyer would send it. */
function readHost(host: string): string {
  return read(`http://${host}/a.jpg`);
}

Deno.test("readPublicUrl() keeps public addresses as the standard writes them", () => {
  const cases: [string, string][] = [
    ["https://img.example.com/a.jpg", "https://img.example.com/a.jpg"],
    ["http://img.example.com", "http://img.example.com/"],
    ["HTTPS://IMG.Example.COM:443/A.jpg?w=1#x", "https://img.example.com/A.jpg?w=1#x"],
    ["https://img.example.com:8443/a b.jpg", "https://img.example.com:8443/a%20b.jpg"],
    ["https://img.example.com./a.jpg", "https://img.example.com./a.jpg"],
    ["https://图片.例子.中国/猫.png", "https://xn--wcsw84d.xn--fsqu00a.xn--fiqs8s/%E7%8C%AB.png"],
    ["https://ｅxample。com/", "https://example.com/"],
    [" https://img.example.com/\n", "https://img.example.com/"],
    ["https://my_bucket.example.com/", "https://my_bucket.example.com/"],
    ["https://8.8.8.8/a.jpg", "https://8.8.8.8/a.jpg"],
    ["https://134744072/a.jpg", "https://8.8.8.8/a.jpg"],
    ["https://[2606:4700::1111]/", "https://[2606:4700::1111]/"],
    ["https://localhost.example.com/", "https://localhost.example.com/"],
    ["https://internal-images.example.com/", "https://internal-images.example.com/"],
    ["https://example.com/?u=http://127.0.0.1/", "https://example.com/?u=http://127.0.0.1/"],
    [`https://a.io/${"x".repeat(2_048 - 13)}`, `https://a.io/${"x".repeat(2_048 - 13)}`],
  ];
  assert.deepEqual(cases.map(([text]) => read(text)), cases.map(([, kept]) => kept));
});

Deno.test("readPublicUrl() refuses what is no http or https address", () => {
  const cases: [string, string][] = [
    ["", "MALFORMED"],
    ["a.jpg", "MALFORMED"],
    ["/images/comment/1-1.svg", "MALFORMED"],
    ["//img.example.com/a.jpg", "MALFORMED"],
    ["https://", "MALFORMED"],
    ["https://img.example.com:99999/", "MALFORMED"],
    ["https://exa mple.com/", "MALFORMED"],
    ["https://example.com\u0000/", "MALFORMED"],
    ["https://example.com/\ud800", "MALFORMED"],
    ["https://256.1.1.1/", "MALFORMED"],
    ["https://1.2.3.4.5/", "MALFORMED"],
    ["https://[fe80::1%25eth0]/", "MALFORMED"],
    ["https://a..example.com/", "MALFORMED"],
    ["https://.example.com/", "MALFORMED"],
    ["https://127.0.0.1../", "MALFORMED"],
    ['https://a"onerror=alert(1).example.com/', "MALFORMED"],
    ["https://a'b.example.com/", "MALFORMED"],
    ["file:///etc/passwd", "UNSUPPORTED_SCHEME"],
    ["gopher://img.example.com/", "UNSUPPORTED_SCHEME"],
    ["ftp://img.example.com/a.jpg", "UNSUPPORTED_SCHEME"],
    ["ws://img.example.com/", "UNSUPPORTED_SCHEME"],
    ["javascript:alert(1)", "UNSUPPORTED_SCHEME"],
    ["java\nscript:alert(1)", "UNSUPPORTED_SCHEME"],
    ["data:image/png;base64,AA==", "UNSUPPORTED_SCHEME"],
    ["blob:https://img.example.com/1", "UNSUPPORTED_SCHEME"],
    ["https://me:secret@img.example.com/", "CREDENTIALS"],
    ["https://me@img.example.com/", "CREDENTIALS"],
    ["https://:secret@img.example.com/", "CREDENTIALS"],
    ["https://img.example.com@127.0.0.1/", "CREDENTIALS"],
    [`https://a.io/${"x".repeat(2_048 - 12)}`, "TOO_LONG"],
    [`https://a.io/${"猫".repeat(1_000)}`, "TOO_LONG"],
    ["x".repeat(100_000), "TOO_LONG"],
  ];
  assert.deepEqual(cases.map(([text]) => read(text)), cases.map(([, reason]) => reason));
});

Deno.test("readPublicUrl() refuses addresses of inner networks in every spelling", () => {
  const hosts = [
    // Names.
    ...["localhost", "LOCALHOST", "localhost.", "%6cocalhost", "ⓛocalhost", "loc\u00adalhost"],
    ...[
      "a.localhost",
      "localhost.localdomain",
      "printer.local",
      "printer.local.",
      "ｐrinter。local",
    ],
    ...["metadata.google.internal", "metadata.google.internal.", "router.lan", "nas.home"],
    ...["gitlab.corp", "wiki.intranet", "db.private", "hub.home.arpa"],
    ...["metadata", "com", "com.", "postgres:5432", "例子", "xn--fsqu00a"],
    // IPv4.
    ...["127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "0x7f.1", "0X7F.0.0.1", "0177.0.0.1"],
    ...["2130706433", "0x7f000001", "017700000001", "0x7f.0.0.0x1", "127.0.0.1:80"],
    ...["１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1", "%31%32%37.0.0.1"],
    ...["0", "0.0.0.0", "0x", "00", "169.254.169.254", "2852039166", "0xa9fea9fe"],
    ...["10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"],
    ...["100.64.0.1", "100.127.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1"],
    ...["198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9"],
    ...["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "0xffffffff"],
    // IPv6.
    ...["[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
    ...["[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[::ffff:8.8.8.8]", "[64:ff9b::127.0.0.1]"],
    ...["[64:ff9b:1::10.0.0.1]", "[2002:7f00:1::]", "[2002:808:808::1]", "[2001::1]"],
    ...["[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[2001:10::1]", "[2001:20::1]", "[2001:2::1]"],
    ...["[2001:db8::1]", "[3fff::1]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]"],
    ...["[ff02::1]", "[ff0e::1]", "[100::1]", "[5f00::1]", "[4000::1]"],
  ];
  const kept = hosts.filter((host) => readHost(host) !== "PRIVATE_ADDRESS");
  assert.deepEqual(kept, []);
});

Deno.test("readPublicUrl() takes the neighbours of closed ranges", () => {
  const hosts = [
    ...["1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0"],
    ...["126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255"],
    ...["172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.88.98.255"],
    ...["192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0"],
    ...["198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255"],
    ...["[2001:200::1]", "[2001:db7:ffff::1]", "[2001:db9::1]", "[2003::1]", "[3ffe::1]"],
  ];
  assert.deepEqual(hosts.map(readHost), hosts.map((host) => `http://${host}/a.jpg`));
});

/** First and last address of each closed range, written down once more. */
const closedRanges: readonly (readonly [first: number, last: number])[] = [
  [0x00000000, 0x00ffffff],
  [0x0a000000, 0x0affffff],
  [0x64400000, 0x647fffff],
  [0x7f000000, 0x7fffffff],
  [0xa9fe0000, 0xa9feffff],
  [0xac100000, 0xac1fffff],
  [0xc0000000, 0xc00000ff],
  [0xc0000200, 0xc00002ff],
  [0xc0586300, 0xc05863ff],
  [0xc0a80000, 0xc0a8ffff],
  [0xc6120000, 0xc613ffff],
  [0xc6336400, 0xc63364ff],
  [0xcb007100, 0xcb0071ff],
  [0xe0000000, 0xffffffff],
];
const closedIpv4 = fc.oneof(...closedRanges.map(([min, max]) => fc.integer({ min, max })));
const anyIpv4 = fc.integer({ min: 0, max: 0xffffffff });

const radix = fc.constantFrom<(part: number) => string>(
  (part) => String(part),
  (part) => `0${part.toString(8)}`,
  (part) => `000${part.toString(8)}`,
  (part) => `0x${part.toString(16)}`,
  (part) => `0X${part.toString(16).toUpperCase().padStart(8, "0")}`,
);
const disguise = fc.constantFrom<(host: string) => string>(
  (host) => host,
  (host) => `${host}.`,
  (host) => host.replaceAll(".", "。"),
  (host) => host.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  (host) => host.replaceAll(/[0-9]/g, (digit) => `%3${digit}`),
);

/** An address of one to four parts, each in its own radix; the last part holds what is left. */
function spell(address: number, radixes: readonly ((part: number) => string)[]): string {
  const leading = radixes.slice(1).map((write, n) => write(address >>> (24 - 8 * n) & 0xff));
  const rest = address % 256 ** (4 - leading.length);
  return [...leading, radixes[0]?.(rest)].join(".");
}

Deno.test("readPublicUrl() refuses every closed IPv4 address in every spelling", () => {
  const radixes = fc.array(radix, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(closedIpv4, radixes, disguise, (address, radixes, disguise) => {
      assert.equal(readHost(disguise(spell(address, radixes))), "PRIVATE_ADDRESS");
    }),
    { numRuns: 3_000 },
  );
});

Deno.test("readPublicUrl() sees through every spelling of an open IPv4 address too", () => {
  const radixes = fc.array(radix, { minLength: 1, maxLength: 4 });
  const isOpen = (address: number) => {
    return closedRanges.every(([first, last]) => address < first || address > last);
  };
  fc.assert(
    fc.property(anyIpv4.filter(isOpen), radixes, disguise, (address, radixes, disguise) => {
      const plain = [24, 16, 8, 0].map((bits) => address >>> bits & 0xff).join(".");
      assert.equal(readHost(disguise(spell(address, radixes))), `http://${plain}/a.jpg`);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("readPublicUrl() refuses IPv4 inside IPv6, whatever the address", () => {
  const prefixes = ["::", "::ffff:", "::ffff:0:", "64:ff9b::", "64:ff9b:1::"];
  fc.assert(fc.property(anyIpv4, fc.constantFrom(...prefixes), (address, prefix) => {
    const high = (address >>> 16).toString(16);
    const low = (address & 0xffff).toString(16);
    const dotted = [24, 16, 8, 0].map((bits) => address >>> bits & 0xff).join(".");
    const hosts = [`[${prefix}${high}:${low}]`, `[${prefix}${dotted}]`, `[2002:${high}:${low}::1]`];
    assert.deepEqual(hosts.map(readHost), hosts.map(() => "PRIVATE_ADDRESS"));
  }));
});

Deno.test("readPublicUrl() never throws, and what it keeps it keeps again", () => {
  const piece = fc.oneof(
    fc.constantFrom("http://", "https:", "@", ":", "/", "\\", ".", "。", "[", "]", "%", "#", "?"),
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.constantFrom("example", "com", "127", "0x7f", "例子", "localhost", "::1"),
  );
  const texts = fc.array(piece, { maxLength: 10 }).map((pieces) => `https://${pieces.join("")}`);
  fc.assert(fc.property(texts, (text) => {
    const kept = readPublicUrl(text);
    if (typeof kept === "string") assert.equal(readPublicUrl(kept), kept);
  }));
});

import assert from "node:assert/strict";
import { networkOf } from "./network.ts";

Deno.test("networkOf() is an IPv4 address itself, and 64 bits of IPv6", () => {
  const cases: [string, string][] = [
    ["192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002:ffff::", "2001:db8:1:2::/64"],
    ["2001:db8:1:3::9", "2001:db8:1:3::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:c000:207", "192.0.2.7"],
    ["", ""],
    ["no:address", "no:address"],
    ["1::2::3", "1::2::3"],
  ];
  assert.deepEqual(
    cases.map(([address]) => networkOf(address)),
    cases.map(([, network]) => network),
  );
});

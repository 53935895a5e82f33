import assert from "node:assert/strict";
import { ConfigError } from "../config.ts";
import { createStaticDirectory, parseHostUrl, parseStaticHosts } from "./static_hosts.ts";

Deno.test("parseStaticHosts() reads services with their urls", () => {
  const text = " order=http://10.0.0.5:8080, http://10.0.0.6:8080/ ;product=https://p.example ; ";
  assert.deepEqual(
    parseStaticHosts(text),
    new Map([
      ["order", ["http://10.0.0.5:8080", "http://10.0.0.6:8080"]],
      ["product", ["https://p.example"]],
    ]),
  );
  assert.deepEqual(parseStaticHosts(""), new Map());
});

Deno.test("parseStaticHosts() tells every mistake", () => {
  const text = "nonsense;order=;cart=ftp://x,http://h/path;cart=http://h;Bad=http://h";
  assert.throws(() => parseStaticHosts(text), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.deepEqual(error.problems, [
      'STATIC_HOSTS: "nonsense" must look like service=url,url',
      "STATIC_HOSTS: order has no url",
      'STATIC_HOSTS: cart: "ftp://x" is not an http or https origin',
      'STATIC_HOSTS: cart: "http://h/path" is not an http or https origin',
      "STATIC_HOSTS: cart is given twice",
      'STATIC_HOSTS: "Bad=http://h" must look like service=url,url',
    ]);
    return true;
  });
});

Deno.test("createStaticDirectory() lists what it was given, and nothing of others", async () => {
  await using directory = createStaticDirectory(new Map([["order", ["http://h:1"]]]));
  const host = {
    instanceId: "http://h:1",
    url: "http://h:1",
    version: "static",
    weight: 1,
    startedMs: 0,
  };
  assert.deepEqual(directory.hosts("order").list(), [host]);
  assert.equal(directory.hosts("order").list(), directory.hosts("order").list());
  assert.deepEqual(await directory.hosts("order").waitFor(1, 10), [host]);
  assert.deepEqual(directory.hosts("pay").list(), []);
});

Deno.test("parseHostUrl() takes an origin and nothing more", () => {
  const table: [string, string | undefined][] = [
    ["http://h:1", "http://h:1"],
    ["https://h/", "https://h"],
    ["http://[::1]:8080", "http://[::1]:8080"],
    ["http://user:secret@h", undefined],
    ["http://h/path", undefined],
    ["http://h?q=1", undefined],
    ["file:///etc/passwd", undefined],
    ["", undefined],
  ];
  for (const [text, origin] of table) assert.equal(parseHostUrl(text), origin, text);
});

/** Our transport means what the library's does: the same calls and answers go through both. */
import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { createFetchClient } from "@connectrpc/connect/protocol";
import {
  codeToHttpStatus,
  codeToString,
  createTransport,
} from "@connectrpc/connect/protocol-connect";
import { compressionGzip } from "@connectrpc/connect-node";
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import {
  ListOrdersRequestSchema,
  ListOrdersResponseSchema,
  OrderService,
} from "../../proto/gen/order/v1/order_service_pb.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { rawServer } from "../http1/testing/raw_server.ts";
import { readMaxBytes } from "./answer.ts";
import { createUnaryTransport } from "./unary_transport.ts";
import { fetchWire } from "./wire.ts";

const method = OrderService.method.listOrders;

/** Set as ours is; fetch must not unpack answers or follow redirects behind the library's back. */
function stockTransport(baseUrl: string): Transport {
  const plainFetch: typeof fetch = (input) => {
    const request = new Request(input, { redirect: "manual" });
    request.headers.set("accept-encoding", "identity");
    return fetch(request);
  };
  return createTransport({
    baseUrl,
    httpClient: createFetchClient(plainFetch),
    useBinaryFormat: true,
    interceptors: [],
    acceptCompression: [compressionGzip],
    sendCompression: null,
    compressMinBytes: 0,
    readMaxBytes,
    writeMaxBytes: 1_048_576,
  });
}

/** The library's, ours over sockets, and ours over fetch as it is for `https:`. */
function transportsTo(port: number, path = ""): readonly [Transport, Transport, Transport] {
  const baseUrl = `http://127.0.0.1:${port}${path}`;
  const overFetch = createUnaryTransport(baseUrl, fetchWire(new URL(baseUrl)));
  return [stockTransport(baseUrl), createUnaryTransport(baseUrl), overFetch];
}

interface Asked {
  readonly header?: HeadersInit;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly input?: Parameters<typeof create<typeof ListOrdersRequestSchema>>[1];
}

/** What a caller can tell from a call. */
async function told(transport: Transport, asked: Asked = {}) {
  const { header, timeoutMs, signal, input = {} } = asked;
  try {
    const answer = await transport.unary(method, signal, timeoutMs, header, input);
    return {
      message: answer.message,
      header: entriesOf(answer.header),
      trailer: entriesOf(answer.trailer),
      of: [answer.stream, answer.service, answer.method],
    };
  } catch (error) {
    const { code, rawMessage, details, metadata } = ConnectError.from(error);
    return { code: Code[code], rawMessage, details, metadata: entriesOf(metadata) };
  }
}

function entriesOf(headers: Headers): [string, string][] {
  return [...headers].filter(([name]) => !leftOut.has(name));
}

/** It may be a second later. */
const leftOut: ReadonlySet<string> = new Set(["date"]);

interface Given {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array<ArrayBuffer> | null;
}

/** A server that answers as it is told, and notes what came. */
function telling() {
  let given: Given = { status: 200, headers: [], body: null };
  const came: { path: string; fields: [string, string][]; body: string }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (r) => {
    const fields = [...r.headers].filter(([name]) => !ofTheClient.has(name));
    const body = (await r.bytes()).toHex();
    came.push({ path: `${r.method} ${new URL(r.url).pathname}`, fields, body });
    const headers = given.headers.map(([name, value]): [string, string] => [name, value]);
    return new Response(given.body, { status: given.status, headers });
  });
  return {
    port: server.addr.port,
    came,
    tell: (next: Given) => given = next,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** What fetch and the library say of themselves, and what no server of ours looks at. */
const ofTheClient: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "content-length",
  "transfer-encoding",
  "user-agent",
]);

const int64 = fc.oneof(
  fc.constantFrom(0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const text = fc.string({ unit: "grapheme", maxLength: 30 });
const order = fc.record({ orderId: text, userId: int64, status: fc.integer(), remark: text });
const message = fc.record({
  orders: fc.array(order, { maxLength: 4 }),
  isEnd: fc.boolean(),
  orderTime: int64,
  lastId: text,
}).map((init) => toBinary(ListOrdersResponseSchema, create(ListOrdersResponseSchema, init)));
const plain = [["content-type", "application/proto"]] as const;
const unknownField = new BinaryWriter().tag(9_999, WireType.LengthDelimited).string("new").finish();
const encoded = fc.tuple(message, fc.boolean()).map(([bytes, more]) =>
  more ? new Uint8Array([...bytes, ...unknownField]) : new Uint8Array(bytes)
);

const value = fc.string({
  unit: fc.integer({ min: 0x21, max: 0xff }).filter((code) => code !== 0x7f).map((code) =>
    String.fromCharCode(code)
  ),
  maxLength: 12,
});
const field = fc.oneof(
  fc.tuple(fc.constantFrom("x-one", "trailer-sum", "trailer-x-one", "retry-after"), value),
  fc.tuple(
    fc.constantFrom("x-some-bin", "trailer-sum-bin"),
    fc.uint8Array({ maxLength: 9 }).map((bytes) => bytes.toBase64({ omitPadding: true })),
  ),
  fc.constantFrom(
    ["set-cookie", "a=1; path=/"] as const,
    ["set-cookie", "b=2"] as const,
    ["trailer", "x-y"] as const,
    ["x-empty", ""] as const,
  ),
);
const contentType = fc.constantFrom(
  "application/proto",
  "APPLICATION/PROTO",
  "application/proto; charset=utf-8",
  "application/json",
  "application/json; charset=utf-8",
  "application/json;charset=utf8",
  "application/connect+proto",
  "application/connect+json",
  "application/grpc-web+proto",
  "application/problem+json",
  "text/html",
  "",
);
const code = fc.constantFrom(...Object.values(Code).filter((code) => typeof code === "number"));
const status = fc.oneof(
  code.map((code) => codeToHttpStatus(code)),
  fc.constantFrom(200, 201, 202, 301, 302, 400, 401, 402, 404, 405, 408, 413, 418, 429, 500, 502),
);
const detail = fc.oneof(
  fc.record({
    type: fc.constantFrom("error.v1.ErrorDetail", "google.rpc.Unknown"),
    value: fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => bytes.toBase64({ omitPadding: true })),
      fc.constantFrom("not base64!", "YQ==", ""),
    ),
    debug: fc.jsonValue(),
  }, { requiredKeys: ["type", "value"] }),
  fc.constantFrom(null, 7, {}, { type: "a.B" }, { type: 1, value: "" }),
);
const errorJson = fc.record({
  code: fc.oneof(code.map(codeToString), fc.constantFrom("", "nonsense", 7, null)),
  message: fc.oneof(text, fc.constantFrom(7, null)),
  details: fc.oneof({ weight: 5, arbitrary: fc.array(detail, { maxLength: 3 }) }, {
    weight: 1,
    arbitrary: fc.constantFrom(null, "none", {}),
  }),
}, { requiredKeys: [] });
const wellFormedError = fc.record({
  code: code.map(codeToString),
  message: text,
  details: fc.array(
    fc.record({
      type: fc.constant("error.v1.ErrorDetail"),
      value: fc.uint8Array({ maxLength: 20 }).map((bytes) => bytes.toBase64()),
    }),
    { maxLength: 2 },
  ),
});
const encoder = new TextEncoder();
const json = fc.oneof(
  { weight: 6, arbitrary: wellFormedError },
  { weight: 3, arbitrary: errorJson },
  { weight: 1, arbitrary: fc.jsonValue() },
).map((value) => encoder.encode(JSON.stringify(value)));
const rubbish = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array(bytes)),
  fc.constantFrom(
    new Uint8Array(),
    encoder.encode("<html>"),
    encoder.encode('{"code":'),
    encoder.encode("\ufeff{}"),
  ),
);

const fields = fc.array(field, { maxLength: 5 });
const good = fc.record({
  status: fc.constant(200),
  type: fc.constant("application/proto"),
  body: encoded,
  fields,
});
const refused = fc.record({
  status,
  type: fc.constantFrom("application/json", "application/json; charset=utf-8"),
  body: json,
  fields,
});
const odd = fc.record({
  status,
  type: contentType,
  body: fc.oneof(encoded, json, rubbish),
  fields,
});
const encoding = fc.constantFrom(
  "none",
  "none",
  "none",
  "gzip",
  "Identity",
  "GZIP",
  "zstd",
  "gzip, gzip",
);

const given: fc.Arbitrary<Given> = fc.tuple(fc.oneof(good, refused, odd), encoding).map(
  ([{ status, type, body, fields }, encoding]) => {
    const encodes = encoding === "none" ? [] : [["content-encoding", encoding] as const];
    const types = type === "" ? [] : [["content-type", type] as const];
    return {
      status,
      headers: [...types, ...encodes, ...fields],
      body: encoding === "gzip" ? new Uint8Array(gzipSync(body)) : body,
    };
  },
);

Deno.test("every answer means the same through the library's transport and through ours", async () => {
  await using server = telling();
  const [stock, ours, overFetch] = transportsTo(server.port);
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(given, async (given) => {
      server.tell(given);
      const expected = await told(stock);
      assert.deepEqual(await told(ours), expected);
      assert.deepEqual(await told(overFetch), expected);
      const outcome = expected.code ?? "ok";
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }),
    { numRuns: 400 },
  );
  assert.ok(seen.size >= 14, `hardly anything was tried: ${JSON.stringify([...seen])}`);
});

Deno.test("every error arrives whole, with what the server added", async () => {
  await using server = telling();
  for (const code of Object.values(Code).filter((code) => typeof code === "number")) {
    const details = [{ type: "error.v1.ErrorDetail", value: "CgNXSFk", debug: { reason: "WHY" } }];
    const body = encoder.encode(
      JSON.stringify({ code: codeToString(code), message: "no", details }),
    );
    server.tell({
      status: codeToHttpStatus(code),
      headers: [["content-type", "application/json"], ["trailer-x-why", "so"], ["x-it", "1"]],
      body,
    });
    for (const transport of transportsTo(server.port)) {
      const { metadata = [], ...error } = await told(transport);
      assert.deepEqual(error, {
        code: Code[code],
        rawMessage: "no",
        details: [{ ...details[0], value: encoder.encode("\n\x03WHY") }],
      });
      const added = metadata.filter(([name]) => name.startsWith("x-"));
      assert.deepEqual(added, [["x-it", "1"], ["x-why", "so"]]);
    }
  }
});

const requestField = fc.tuple(
  fc.constantFrom("authorization", "X-Request-Id", "traceparent", "x-some-bin", "cookie"),
  value,
);
const header: fc.Arbitrary<HeadersInit | undefined> = fc.tuple(
  fc.array(requestField, { maxLength: 4 }),
  fc.constantFrom("none", "pairs", "headers", "record"),
).map(([pairs, form]) => {
  if (form === "none") return undefined;
  if (form === "pairs") return pairs;
  return form === "headers" ? new Headers(pairs) : Object.fromEntries(pairs);
});
const input = fc.record({ userId: int64, cursor: int64, ps: fc.integer(), lastId: text });

Deno.test("every call reaches the server the same from the library's transport and from ours", async () => {
  await using server = telling();
  const transports = transportsTo(server.port, "/base/");
  const timeoutMs = fc.option(fc.integer({ min: 1_000, max: 9_999_999 }), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(header, input, timeoutMs, async (header, input, timeoutMs) => {
      const from = server.came.length;
      const asked = { input, ...(header && { header }), ...(timeoutMs && { timeoutMs }) };
      for (const transport of transports) await told(transport, asked);
      const [stock, ...ours] = server.came.slice(from).map(({ fields, ...rest }) => ({
        ...rest,
        // Without a timeout ours has one of its own.
        fields: fields.filter(([name]) => timeoutMs !== undefined || name !== "connect-timeout-ms"),
      }));
      assert.equal(stock?.path, "POST /base/order.v1.OrderService/ListOrders");
      for (const our of ours) assert.deepEqual(our, stock);
      assert.equal(ours.length, 2);
    }),
    { numRuns: 300 },
  );
});

Deno.test("what a caller cannot decide is not sent, or refused", async () => {
  await using server = telling();
  const [, ours, overFetch] = transportsTo(server.port);
  const reserved = {
    host: "evil.test",
    connection: "close",
    "content-length": "999",
    "transfer-encoding": "chunked",
    "content-encoding": "gzip",
    "content-type": "text/html",
    "connect-timeout-ms": "1",
    expect: "100-continue",
    te: "trailers",
    upgrade: "h2c",
  };
  for (const transport of [ours, overFetch]) {
    await told(transport, { header: { ...reserved, "x-it": "1" }, timeoutMs: 5_000 });
    assert.deepEqual(server.came.pop()?.fields, [
      ["connect-protocol-version", "1"],
      ["connect-timeout-ms", "5000"],
      ["content-type", "application/proto"],
      ["host", `127.0.0.1:${server.port}`],
      ["x-it", "1"],
    ]);
    const injections: HeadersInit[] = [
      { "x-it": "1\r\nx-other: 2" },
      { "x-it": "1\n" },
      { "x-it": "1\r" },
      { "x-it": "1\0" },
      { "x-it": "\u4e2d" },
      { "x it": "1" },
      { "x-it:": "1" },
      { "x\r\nit": "1" },
      [["x-it", "a\nb"]],
    ];
    for (const header of injections) {
      assert.equal((await told(transport, { header })).code, "InvalidArgument");
    }
    assert.equal(server.came.length, 0);
  }
});

Deno.test("messages up to the limits pass, one byte more does not", async (t) => {
  await using server = telling();
  const transports = transportsTo(server.port);
  const codesOf = async (asked: Asked) => {
    return await Promise.all(transports.map(async (to) => (await told(to, asked)).code ?? "ok"));
  };
  await t.step("of a request", async () => {
    server.tell({ status: 200, headers: plain, body: null });
    const overhead = 4;
    for (const [more, code] of [[0, "ok"], [1, "ResourceExhausted"]] as const) {
      const input = { lastId: "x".repeat(1_048_576 - overhead + more) };
      assert.deepEqual(await codesOf({ input }), [code, code, code]);
    }
  });
  await t.step("of an answer", async () => {
    for (const [more, code] of [[0, "ok"], [1, "ResourceExhausted"]] as const) {
      const overhead = 5;
      const lastId = "x".repeat(readMaxBytes - overhead + more);
      const message = create(ListOrdersResponseSchema, { lastId });
      const body = new Uint8Array(toBinary(ListOrdersResponseSchema, message));
      assert.equal(body.length, readMaxBytes + more);
      server.tell({ status: 200, headers: plain, body });
      assert.deepEqual(await codesOf({}), [code, code, code]);
      const headers = [...plain, ["content-encoding", "gzip"]] as const;
      server.tell({ status: 200, headers, body: new Uint8Array(gzipSync(body)) });
      assert.deepEqual(await codesOf({}), [code, code, code]);
    }
  });
});

Deno.test("deliberate differences from the library's transport", async (t) => {
  await using server = telling();
  const [stock, ours, overFetch] = transportsTo(server.port);
  const codesOf = async (asked: Asked) => [
    (await told(stock, asked)).code ?? "ok",
    (await told(ours, asked)).code ?? "ok",
    (await told(overFetch, asked)).code ?? "ok",
  ];
  const ok: Given = { status: 200, headers: plain, body: null };

  await t.step("a timeout that has passed, or is none, is refused", async () => {
    server.tell(ok);
    for (const timeoutMs of [0, -1]) {
      assert.deepEqual(await codesOf({ timeoutMs }), [
        "ok",
        "DeadlineExceeded",
        "DeadlineExceeded",
      ]);
    }
  });
  await t.step("a timeout beyond what a timer takes is shortened to that", async () => {
    server.tell(ok);
    for (const timeoutMs of [2 ** 31, 1e20, Infinity]) {
      assert.deepEqual([(await told(ours, { timeoutMs })).code], [undefined]);
      const fields = new Map(server.came.at(-1)?.fields);
      assert.equal(fields.get("connect-timeout-ms"), "2147000000");
    }
  });
  await t.step("a server that cannot be reached is Unavailable", async () => {
    const port = closedPort();
    const codes = await Promise.all(transportsTo(port).map(async (to) => (await told(to)).code));
    assert.deepEqual(codes, ["Unknown", "Unavailable", "Unavailable"]);
  });
  await t.step("an answer that breaks off is Unavailable, whatever its head says", async () => {
    const type = "content-type: text/html";
    await using cut = rawServer(async (connection) => {
      await connection.request();
      await connection.send(`HTTP/1.1 404 Not Found\r\n${type}\r\ncontent-length: 9\r\n\r\nab`);
      connection.close();
    });
    const codes = await Promise.all(
      transportsTo(cut.port).map(async (to) => (await told(to)).code),
    );
    assert.deepEqual(codes, ["Unimplemented", "Unavailable", "Unavailable"]);
  });
  await t.step("an answer that cannot be unpacked is Internal", async () => {
    server.tell({
      status: 200,
      headers: [...plain, ["content-encoding", "gzip"]],
      body: encoder.encode("no gzip at all"),
    });
    assert.deepEqual(await codesOf({}), ["InvalidArgument", "Internal", "Internal"]);
  });
  await t.step("a field that cannot be sent is InvalidArgument", async () => {
    const code = "InvalidArgument";
    assert.deepEqual(await codesOf({ header: { "x-it": "a\nb" } }), ["Unknown", code, code]);
  });
});

function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("a deadline and a caller who gives up end a call wherever it is", async (t) => {
  const stages: Readonly<Record<string, string | undefined>> = {
    "before the answer": "",
    "within the head": "HTTP/1.1 200 OK\r\n",
    "within the body": "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab",
  };
  for (const [name, part = ""] of Object.entries(stages)) {
    await t.step(name, async () => {
      let asked = 0;
      await using server = rawServer(async (connection) => {
        await connection.request();
        asked++;
        await connection.send(part);
      });
      for (const transport of transportsTo(server.port).slice(1)) {
        const startedMs = performance.now();
        const late = await told(transport, { timeoutMs: 60 });
        const tookMs = performance.now() - startedMs;
        assert.deepEqual([late.code, late.rawMessage], ["DeadlineExceeded", "the deadline passed"]);
        assert.ok(tookMs >= 60 && tookMs < 2_000, `${tookMs} ms`);
        const caller = new AbortController();
        const before = asked;
        const call = told(transport, { signal: caller.signal });
        await eventually("it was asked", () => asked > before, { pollMs: 1 });
        caller.abort();
        assert.equal((await call).code, "Canceled");
        const never = await told(transport, { signal: AbortSignal.abort() });
        assert.equal(never.code, "Canceled");
      }
      await eventually("all is closed", () => server.open === 0);
    });
  }
});

Deno.test("a call under way holds its process, an idle connection does not", async () => {
  let open = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async () => {
    open++;
    await new Promise((resolve) => setTimeout(resolve, 150));
    return new Response(null, { headers: { "content-type": "application/proto" } });
  });
  const program = `
    import { OrderService } from "${new URL(
    "../../proto/gen/order/v1/order_service_pb.ts",
    import.meta.url,
  )}";
    import { createUnaryTransport } from "${new URL("./unary_transport.ts", import.meta.url)}";
    const transport = createUnaryTransport("http://127.0.0.1:${server.addr.port}");
    const call = () => transport.unary(OrderService.method.listOrders, undefined, 5_000, {}, {});
    call().then(call).then(() => console.log("answered"));
  `;
  const startedMs = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", program],
    signal: AbortSignal.timeout(20_000),
  }).output();
  const decoder = new TextDecoder();
  assert.deepEqual([code, decoder.decode(stdout)], [0, "answered\n"], decoder.decode(stderr));
  // Idle connections live for 30 s and the deadlines are 5 s away.
  assert.deepEqual([open, performance.now() - startedMs < 4_500], [2, true]);
  await server.shutdown();
});

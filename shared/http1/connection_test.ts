import assert from "node:assert/strict";
import fc from "fast-check";
import { eventually } from "../../tests/support/eventually.ts";
import { latin1Bytes } from "./answer_head.ts";
import { type Answer, Connection } from "./connection.ts";
import { outcomeOf } from "./testing/outcome.ts";
import { type RawConnection, type RawServer, rawServer } from "./testing/raw_server.ts";
import { untilHeard } from "./testing/until_heard.ts";

const request = latin1Bytes("POST /it HTTP/1.1\r\nhost: mall.test\r\ncontent-length: 2\r\n\r\nhi");
const bodyBytesMax = 100_000;

async function connectTo(server: RawServer): Promise<Connection> {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  socket.setNoDelay(true);
  return new Connection(socket, () => {});
}

/** One answer to one request, by a server that does not close unless it is told to. */
async function answered(serve: (connection: RawConnection) => Promise<void>, sent = request) {
  await using server = rawServer(async (connection) => {
    await connection.request();
    await serve(connection);
  });
  const connection = await connectTo(server);
  const exchange = connection.exchange(sent, bodyBytesMax);
  const outcome = await outcomeOf(exchange);
  const answer = outcome === "ok" ? told(await exchange) : outcome;
  const { open } = connection;
  if (!open) await eventually("the server sees it closed", () => server.open === 0, { pollMs: 1 });
  connection.close();
  return { answer, open };
}

function answeredBy(text: string, { ends = false } = {}) {
  return answered(async (connection) => {
    await connection.send(text);
    if (ends) await connection.end();
  });
}

/** What a client can see of an answer. */
function told({ head, body }: Answer) {
  return { status: head.status, headers: [...head.toHeaders()], body: body?.toHex() };
}

/** An answer as it goes over the wire. */
interface Sent {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** It ends with the connection. */
  readonly ends: boolean;
}

const fieldValue = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).filter((code) => code !== 0x7f).map((code) =>
    String.fromCharCode(code)
  ),
  maxLength: 20,
});
const field = fc.tuple(
  fc.constantFrom("x-one", "X-Two", "Trailer-Sum", "set-cookie", "a_b.c~d", "Content-Type"),
  fieldValue,
);
const status = fc.constantFrom(200, 200, 200, 201, 204, 304, 302, 400, 404, 429, 500, 503, 599);
const bytes = fc.uint8Array({ maxLength: 600 });
const interim = fc.constantFrom("", "", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
const framing = fc.constantFrom("sized", "sized twice", "chunked", "until-close", "HTTP/1.0");
const chunkEnd = fc.constantFrom("", ";name", ';name="a value"', " ");
const chunking = fc.record({
  extension: chunkEnd,
  trailer: fc.constantFrom("", "x-sum: 5\r\n", "a: b\r\nc: d\r\n"),
  sizeMax: fc.integer({ min: 1, max: 200 }),
});

const sent: fc.Arbitrary<Sent> = fc.record({
  status,
  fields: fc.array(field, { maxLength: 5 }),
  body: bytes,
  interim,
  framing,
  chunking,
}).map((answer) => {
  const bodyless = answer.status === 204 || answer.status === 304;
  const version = answer.framing === "HTTP/1.0" ? "1.0" : "1.1";
  const body = bodyless ? new Uint8Array() : answer.body;
  const framed = frame(bodyless ? "none" : answer.framing, body, answer.chunking);
  const lines = [...answer.fields.map(([name, value]) => `${name}:${value}`), ...framed.fields];
  const head = `HTTP/${version} ${answer.status} Told\r\n${
    lines.map((line) => `${line}\r\n`).join("")
  }\r\n`;
  const ends = version === "1.0" || (!bodyless && answer.framing === "until-close");
  return { bytes: latin1Bytes(answer.interim + head + framed.body), ends };
});

function frame(
  how: string,
  body: Uint8Array,
  { extension, trailer, sizeMax }: { extension: string; trailer: string; sizeMax: number },
) {
  const text = String.fromCharCode(...body);
  if (how === "sized") return { fields: [`Content-Length: ${body.length}`], body: text };
  if (how === "sized twice") {
    return { fields: Array(2).fill(`content-length: ${body.length}`), body: text };
  }
  if (how !== "chunked") return { fields: [], body: text };
  const chunks = text.match(new RegExp(`[^]{1,${sizeMax}}`, "g")) ?? [];
  const framed = chunks.map((chunk) => `${chunk.length.toString(16)}${extension}\r\n${chunk}\r\n`);
  return {
    fields: ["transfer-encoding: Chunked"],
    body: `${framed.join("")}0${extension}\r\n${trailer}\r\n`,
  };
}

/** Sends an answer in these pieces, each read by itself as far as this machine lets it. */
async function sendInPieces(connection: RawConnection, answer: Sent, cuts: readonly number[]) {
  const ends = cuts.map((cut) => cut % (answer.bytes.length + 1)).sort((a, b) => a - b);
  let at = 0;
  for (const end of [...ends, answer.bytes.length]) {
    await connection.send(answer.bytes.subarray(at, end));
    if (end > at) await untilHeard();
    at = end;
  }
  if (answer.ends) connection.close();
}

Deno.test("an answer is the same as fetch has it, however it is split", async () => {
  let now: { answer: Sent; cuts: readonly number[] } | undefined;
  await using server = rawServer(async (connection) => {
    while (await connection.request() !== null && now !== undefined) {
      await sendInPieces(connection, now.answer, now.cuts);
    }
  });
  const cuts = fc.oneof(
    fc.constant([]),
    fc.array(fc.nat(), { maxLength: 6 }),
    fc.nat({ max: 400 }).map((from) => Array.from({ length: 12 }, (_, n) => from + n)),
  );
  await fc.assert(
    fc.asyncProperty(sent, cuts, async (answer, cuts) => {
      now = { answer, cuts };
      const connection = await connectTo(server);
      const ours = told(await connection.exchange(request, bodyBytesMax));
      now = { answer, cuts: [] };
      const response = await fetch(`http://127.0.0.1:${server.port}/it`, {
        method: "POST",
        body: "hi",
        redirect: "manual",
      });
      const theirs = {
        status: response.status,
        headers: [...response.headers],
        body: (await response.bytes()).toHex(),
      };
      assert.deepEqual(ours, theirs);
      assert.equal(connection.open, !answer.ends);
      connection.close();
    }),
    { numRuns: 200 },
  );
});

Deno.test("an answer may come one byte at a time", async () => {
  const body = "5;x\r\nhello\r\n1\r\n!\r\n0\r\nx-sum: 1\r\n\r\n";
  const text =
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${body}`;
  const dripped = await answered(async (connection) => {
    for (const letter of text) {
      await connection.send(letter);
      await untilHeard();
    }
  });
  assert.deepEqual(dripped, await answeredBy(text));
  assert.deepEqual(dripped.open, true);
});

const ok = "HTTP/1.1 200 OK\r\n";
const sized = `${ok}content-length: 2\r\n\r\nhi`;

Deno.test("a malformed answer is refused at once, and its connection closed", async (t) => {
  const cases: Readonly<Record<string, string>> = {
    "another protocol": "SSH-2.0-OpenSSH_9.2\r\n",
    "another protocol without a line": "\x15\x03\x01",
    "HTTP/2": "HTTP/2 200\r\n\r\n",
    "HTTP/1.2": "HTTP/1.2 200 OK\r\ncontent-length: 0\r\n\r\n",
    "no status": "HTTP/1.1 OK\r\n\r\n",
    "a status of four digits": "HTTP/1.1 2000 OK\r\n\r\n",
    "a status beyond all classes": "HTTP/1.1 600 What\r\n\r\n",
    "a NUL in the status line": "HTTP/1.1 200 O\0K\r\ncontent-length: 0\r\n\r\n",
    "a line without a colon": `${ok}content-length 2\r\n\r\nhi`,
    "a field without a name": `${ok}: 2\r\n\r\nhi`,
    "a space before the colon": `${ok}content-length : 2\r\n\r\nhi`,
    "a folded line": `${ok}x-a: b\r\n c\r\ncontent-length: 2\r\n\r\nhi`,
    "a folded first line": `${ok} content-length: 2\r\n\r\nhi`,
    "a line feed alone": `${ok}x-a: b\ncontent-length: 2\r\n\r\nhi`,
    "a carriage return alone": `${ok}x-a: b\rcontent-length: 2\r\n\r\nhi`,
    "a NUL in a value": `${ok}x-a: b\0\r\ncontent-length: 2\r\n\r\nhi`,
    "a name that is no token": `${ok}x(a): b\r\ncontent-length: 2\r\n\r\nhi`,
    "lengths that differ": `${ok}content-length: 2\r\ncontent-length: 3\r\n\r\nhi`,
    "a list of lengths that differ": `${ok}content-length: 2, 3\r\n\r\nhi`,
    "a length with a sign": `${ok}content-length: +2\r\n\r\nhi`,
    "a length below nothing": `${ok}content-length: -2\r\n\r\nhi`,
    "a length in hexadecimal": `${ok}content-length: 0x2\r\n\r\nhi`,
    "an empty length": `${ok}content-length:\r\n\r\nhi`,
    "a length beyond numbers": `${ok}content-length: ${"9".repeat(40)}\r\n\r\n`,
    "a coding that nobody asked for": `${ok}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    "chunked twice": `${ok}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n`,
    "a coding in HTTP/1.0": "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk without a size": `${ok}transfer-encoding: chunked\r\n\r\n\r\n`,
    "a chunk of a strange size": `${ok}transfer-encoding: chunked\r\n\r\n-1\r\n`,
    "a chunk of a size in front of rubbish": `${ok}transfer-encoding: chunked\r\n\r\n2 hi\r\n`,
    "a chunk of nine digits": `${ok}transfer-encoding: chunked\r\n\r\n100000002\r\nhi\r\n`,
    "a chunk that is longer": `${ok}transfer-encoding: chunked\r\n\r\n2\r\nhiho\r\n0\r\n\r\n`,
    "a chunk that ends in a line feed": `${ok}transfer-encoding: chunked\r\n\r\n2\nhi`,
    "an endless chunk line": `${ok}transfer-encoding: chunked\r\n\r\n2;${"x".repeat(5_000)}`,
    "an endless trailer": `${ok}transfer-encoding: chunked\r\n\r\n0\r\n${"a: b\r\n".repeat(100)}`,
    "an endless head": `${ok}${`x-a: ${"b".repeat(1_000)}\r\n`.repeat(70)}`,
    "an endless line": `${ok}x-a: ${"b".repeat(70_000)}`,
    "a change of protocols": "HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n",
    "endless interim answers": "HTTP/1.1 102 Processing\r\n\r\n".repeat(20),
  };
  for (const [name, text] of Object.entries(cases)) {
    await t.step(name, async () => {
      assert.deepEqual(await answeredBy(text), { answer: "MalformedAnswer", open: false });
    });
  }
});

Deno.test("an answer that breaks off is refused wherever it does", async () => {
  const chunked = `${ok}transfer-encoding: chunked\r\n\r\n2;x\r\nhi\r\n0\r\na: b\r\n\r\n`;
  for (const text of [sized, chunked]) {
    for (let end = 0; end < text.length; end++) {
      const broken = await answeredBy(text.slice(0, end), { ends: true });
      assert.deepEqual(broken, { answer: "MalformedAnswer", open: false }, text.slice(0, end));
    }
  }
});

Deno.test("what says that it ends, or may be misread, ends the connection", async (t) => {
  const cases: Readonly<Record<string, readonly [string, string]>> = {
    "connection: close": [
      `${ok}connection: Keep-Alive, Close\r\ncontent-length: 2\r\n\r\nhi`,
      "hi",
    ],
    "HTTP/1.0": ["HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nhi", "hi"],
    "both framings": [
      `${ok}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
      "hi",
    ],
    "more than the length": [`${sized}ho`, "hi"],
    "an answer after the answer": [`${sized}${sized}`, "hi"],
    "more than the last chunk": [
      `${ok}transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nho`,
      "hi",
    ],
    "204 with a length": ["HTTP/1.1 204 No\r\ncontent-length: 2\r\n\r\n", ""],
    "204 with chunks": ["HTTP/1.1 204 No\r\ntransfer-encoding: chunked\r\n\r\n", ""],
  };
  for (const [name, [text, body]] of Object.entries(cases)) {
    await t.step(name, async () => {
      const { answer, open } = await answeredBy(text);
      assert.ok(typeof answer === "object", `${answer}`);
      assert.deepEqual([answer.body, open], [latin1Bytes(body).toHex(), false]);
    });
  }
});

Deno.test("what does not say so leaves it open", async (t) => {
  const cases: Readonly<Record<string, string>> = {
    "a length": sized,
    "the same length twice": `${ok}content-length: 2, 2\r\n\r\nhi`,
    "another connection option": `${ok}connection: x-close\r\ncontent-length: 2\r\n\r\nhi`,
    "no reason": "HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nhi",
    "zeros before a chunk's size": `${ok}transfer-encoding: chunked\r\n\r\n${
      "0".repeat(30)
    }2\r\nhi\r\n000\r\n\r\n`,
    "304 with the length of what it does not send":
      "HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n",
  };
  for (const [name, text] of Object.entries(cases)) {
    await t.step(name, async () => {
      const { answer, open } = await answeredBy(text);
      assert.deepEqual([typeof answer, open], ["object", true]);
    });
  }
});

Deno.test("a body up to the limit is taken, one byte more is not read", async (t) => {
  const chunk = (length: number) => `${length.toString(16)}\r\n${"x".repeat(length)}\r\n`;
  const framings: Readonly<Record<string, (length: number) => string>> = {
    sized: (length) => `${ok}content-length: ${length}\r\n\r\n${"x".repeat(length)}`,
    chunked: (length) =>
      `${ok}transfer-encoding: chunked\r\n\r\n${chunk(length - 1)}${chunk(1)}0\r\n\r\n`,
    "until-close": (length) => `${ok}\r\n${"x".repeat(length)}`,
  };
  for (const [name, text] of Object.entries(framings)) {
    await t.step(name, async () => {
      const lengths = [];
      for (const length of [bodyBytesMax, bodyBytesMax + 1]) {
        const { answer } = await answeredBy(text(length), { ends: true });
        assert.ok(typeof answer === "object", `${answer}`);
        lengths.push(answer.body === undefined ? undefined : answer.body.length / 2);
      }
      assert.deepEqual(lengths, [bodyBytesMax, undefined]);
    });
  }
});

Deno.test("bytes that nobody asked for end an idle connection", async () => {
  await using server = rawServer((connection) => connection.send(sized));
  const connection = await connectTo(server);
  await eventually("it is closed", () => !connection.open);
  assert.equal(await outcomeOf(connection.exchange(request, bodyBytesMax)), "NotSent");
});

Deno.test("an answer may come before the request was sent; then the connection ends", async (t) => {
  const refusal = "HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno";
  const long = new Uint8Array(20_000_000);
  const endings: Readonly<Record<string, (connection: RawConnection) => void>> = {
    "the server reads no more": () => {},
    "the server resets it": (connection) => connection.close(),
  };
  for (const [name, end] of Object.entries(endings)) {
    await t.step(name, async () => {
      const asked = Promise.withResolvers<void>();
      await using server = rawServer(async (connection) => {
        await asked.promise;
        await connection.send(refusal);
        end(connection);
      }, { watch: false });
      const connection = await connectTo(server);
      const exchange = connection.exchange(long, bodyBytesMax);
      asked.resolve();
      assert.equal(await outcomeOf(exchange), "ok");
      const { head, body } = await exchange;
      assert.deepEqual([head.status, body?.length, connection.open], [413, 2, false]);
    });
  }
});

Deno.test("close() ends an exchange at each stage", async (t) => {
  const stages: Readonly<Record<string, (connection: RawConnection) => Promise<void>>> = {
    "nothing read": () => Promise.resolve(),
    "a part of the head": (connection) => connection.send("HTTP/1.1 200 OK\r\ncont"),
    "a part of the body": (connection) => connection.send(`${ok}content-length: 2\r\n\r\nh`),
    "a part of a chunk": (c) => c.send(`${ok}transfer-encoding: chunked\r\n\r\n2\r\nh`),
    "a part of a body until the end": (connection) => connection.send(`${ok}\r\nh`),
  };
  for (const [name, serve] of Object.entries(stages)) {
    await t.step(name, async () => {
      let sent = false;
      await using server = rawServer(async (connection) => {
        await connection.request();
        await serve(connection);
        sent = true;
      });
      const connection = await connectTo(server);
      const outcome = outcomeOf(connection.exchange(request, bodyBytesMax));
      await eventually("it was sent", () => sent, { pollMs: 1 });
      connection.close();
      assert.notEqual(await outcome, "ok");
      await eventually("the server sees it", () => server.open === 0);
    });
  }
  await t.step("while writing", async () => {
    let go = () => {};
    await using server = rawServer(() => new Promise((resolve) => go = resolve));
    const connection = await connectTo(server);
    const outcome = outcomeOf(connection.exchange(new Uint8Array(50_000_000), bodyBytesMax));
    await eventually("it is accepted", () => server.accepted === 1);
    connection.close();
    assert.notEqual(await outcome, "ok");
    go();
    await eventually("the server sees it", () => server.open === 0);
  });
});

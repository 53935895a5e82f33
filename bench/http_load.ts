/**
 * Requests over kept-open sockets, written by hand: Deno's fetch costs several times what the
 * servers measured here do, and would be what is measured.
 */

/** Opens `count` sockets to `url`; each call sends one request on a free one. */
export function openSockets(
  url: string,
  count: number,
  headers: Readonly<Record<string, string>> = {},
): HttpSockets {
  const { hostname, port, host, pathname, search } = new URL(url);
  const encoder = new TextEncoder();
  const requestFor = (target: string, more: Readonly<Record<string, string>> = {}, body = "") => {
    const all = { host, "accept-encoding": "identity", ...headers, ...more };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    const method = body === "" ? "GET" : "POST";
    return encoder.encode(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
  };
  const usual = requestFor(`${pathname}${search}`);
  const free: Deno.TcpConn[] = [];
  const all: Deno.TcpConn[] = [];
  async function take(): Promise<Deno.TcpConn> {
    const known = free.pop();
    if (known !== undefined) return known;
    if (all.length >= count) throw new Error(`more than ${count} requests in flight`);
    const socket = await Deno.connect({ hostname, port: Number(port) });
    socket.setNoDelay(true);
    all.push(socket);
    return socket;
  }
  async function ask(request: Uint8Array): Promise<void> {
    const socket = await take();
    await socket.write(request);
    await readAnswer(socket);
    free.push(socket);
  }
  return {
    get: (target) => ask(target === undefined ? usual : requestFor(target)),
    post(json, more) {
      const body = JSON.stringify(json);
      const length = { "content-type": "application/json", "content-length": String(body.length) };
      return ask(requestFor(pathname, { ...length, ...more }, body));
    },
    [Symbol.dispose]: () => all.forEach((socket) => socket.close()),
  };
}

export interface HttpSockets extends Disposable {
  /** One request, for the URL's own path unless told, and its answer. Rejects on all but 200 and 201. */
  get(target?: string): Promise<void>;
  /** One POST of ASCII to the URL's own path, and its answer. Rejects on all but 200 and 201. */
  post(json: object, headers: Readonly<Record<string, string>>): Promise<void>;
}

const decoder = new TextDecoder("latin1");
const answerBytesMax = 1_048_576;

async function readAnswer(socket: Deno.TcpConn): Promise<void> {
  let chunk = new Uint8Array(65_536);
  let filled = 0;
  let expected = Infinity;
  while (filled < expected) {
    if (filled === chunk.byteLength) chunk = grown(chunk);
    const count = await socket.read(chunk.subarray(filled));
    if (count === null) throw new Error("the server closed the connection");
    filled += count;
    if (expected === Infinity) expected = answerLength(chunk.subarray(0, filled));
  }
}

/** The length of head and body; Infinity while the head is not complete. */
function answerLength(bytes: Uint8Array): number {
  const text = decoder.decode(bytes.subarray(0, 4_096));
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return Infinity;
  const head = text.slice(0, headEnd);
  if (!/^HTTP\/1\.1 20[01]/.test(head)) throw new Error(`not a good answer: ${text}`);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error("an answer without content-length");
  return headEnd + 4 + Number(length);
}

function grown(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (chunk.byteLength >= answerBytesMax) throw new Error("the answer is too long");
  const larger = new Uint8Array(chunk.byteLength * 2);
  larger.set(chunk);
  return larger;
}

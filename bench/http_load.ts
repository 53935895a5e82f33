/**
 * GET requests over kept-open sockets, written by hand: Deno's fetch costs several times what the
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
  const requestFor = (target: string) => {
    const all = { host, "accept-encoding": "identity", ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return encoder.encode(`GET ${target} HTTP/1.1\r\n${lines.join("")}\r\n`);
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
  return {
    async get(target) {
      const socket = await take();
      await socket.write(target === undefined ? usual : requestFor(target));
      await readAnswer(socket);
      free.push(socket);
    },
    [Symbol.dispose]: () => all.forEach((socket) => socket.close()),
  };
}

export interface HttpSockets extends Disposable {
  /** One request, for the URL's own path unless told, and its answer. Rejects on all but 200. */
  get(target?: string): Promise<void>;
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
  if (!head.startsWith("HTTP/1.1 200")) throw new Error(`not a good answer: ${text}`);
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

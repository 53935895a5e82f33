/** A Postgres that is listened to: a relay in front of it that writes down every statement. */
import { pause } from "../../dev/wait.ts";

/** A statement that was sent. */
export interface HeardStatement {
  readonly database: string;
  readonly text: string;
}

export interface HeardPostgres extends AsyncDisposable {
  /** The same server by way of the relay. */
  readonly url: string;
  /** What was sent while `work` ran. */
  during(work: () => Promise<unknown>): Promise<readonly HeardStatement[]>;
}

/** Time in which a connection that ends may be done with what it was sent, in milliseconds. */
const endMs = 50;
const latin = new TextDecoder("latin1");

/** Starts the relay in front of `target`, which speaks without TLS. Use with `await using`. */
export function startHeardPostgres(target: string): HeardPostgres {
  const heard: HeardStatement[] = [];
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname, port } = new URL(target);
  const open = new Set<Deno.Conn>();
  const running = new Set<Promise<void>>();

  async function serve(client: Deno.Conn): Promise<void> {
    const server = await Deno.connect({ hostname, port: Number(port) });
    open.add(client).add(server);
    const ear = createEar((statement) => heard.push(statement));
    await Promise.allSettled([pipe(client, server, ear), pipe(server, client)]);
  }
  async function accept(): Promise<void> {
    for await (const client of listener) {
      const serving = serve(client).catch(() => client.close()).finally(() => {
        running.delete(serving);
      });
      running.add(serving);
    }
  }
  const accepting = accept();
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(listener.addr.port);
  return {
    url: url.href,
    async during(work) {
      const start = heard.length;
      await work();
      return heard.slice(start);
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await pause(endMs);
      for (const connection of open) closeQuietly(connection);
      await Promise.all(running);
    },
  };
}

/** Carries bytes over until one side ends, then ends the other. */
async function pipe(
  from: Deno.Conn,
  to: Deno.Conn,
  onBytes: (bytes: Uint8Array) => void = () => {},
): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (let read = await from.read(buffer); read !== null; read = await from.read(buffer)) {
      const bytes = buffer.slice(0, read);
      onBytes(bytes);
      for (let sent = 0; sent < bytes.length;) sent += await to.write(bytes.subarray(sent));
    }
  } finally {
    closeQuietly(from);
    closeQuietly(to);
  }
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // The other direction has closed it.
  }
}

/** Reads one client's messages: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function createEar(onStatement: (statement: HeardStatement) => void): (bytes: Uint8Array) => void {
  const prepared = new Map<string, string>();
  let rest = new Uint8Array();
  let database: string | undefined;
  let bound = "";

  function onMessage(type: string, body: Uint8Array): void {
    const [first = "", second = ""] = latin.decode(body).split("\0");
    if (type === "P") prepared.set(first, second);
    if (type === "B") bound = prepared.get(second) ?? "";
    const text = type === "Q" ? first : type === "E" ? bound : undefined;
    if (text !== undefined) onStatement({ database: database ?? "", text: text.trim() });
  }
  /** The bytes of the next message, as far as it is there: only the first has no type. */
  function nextMessage(): { readonly type: string; readonly body: Uint8Array } | undefined {
    const head = database === undefined ? 0 : 1;
    if (rest.length < head + 4) return undefined;
    const size = new DataView(rest.buffer, rest.byteOffset).getInt32(head);
    if (rest.length < head + size) return undefined;
    const type = head === 0 ? "" : latin.decode(rest.subarray(0, 1));
    const body = rest.subarray(head + 4, head + size);
    rest = rest.slice(head + size);
    return { type, body };
  }
  return (bytes) => {
    const joined = new Uint8Array(rest.length + bytes.length);
    joined.set(rest);
    joined.set(bytes, rest.length);
    rest = joined;
    for (let next = nextMessage(); next !== undefined; next = nextMessage()) {
      if (next.type === "") database = databaseOf(next.body);
      else onMessage(next.type, next.body);
    }
  };
}

/** Of a start-up message: version, then names and values by turns. */
function databaseOf(body: Uint8Array): string {
  const words = latin.decode(body.subarray(4)).split("\0");
  return words[words.indexOf("database") + 1] ?? "";
}

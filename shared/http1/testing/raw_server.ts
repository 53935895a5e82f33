/** For tests: a server that sends what a test tells it, whether that is HTTP or not. */
import { headEnd, latin1, latin1Bytes } from "../answer_head.ts";

/** The server's end of one connection. */
export interface RawConnection {
  /** Counts from 0. */
  readonly number: number;
  /** The next request, head and body; null at the end. Requests have a content-length. */
  request(): Promise<string | null>;
  /** Text goes as one byte a character. */
  send(answer: string | Uint8Array<ArrayBuffer>): Promise<void>;
  /** Sends no more, but still reads. */
  end(): Promise<void>;
  close(): void;
}

export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** Connections so far. */
  readonly accepted: number;
  /** Connections that neither end has closed. */
  readonly open: number;
  /** The most that were open at once. */
  readonly openMost: number;
}

export interface RawServerOptions {
  /** Whether to see when the client closes, once `serve` has ended: it takes reading. */
  readonly watch?: boolean;
  /** 0 takes a free one. */
  readonly port?: number;
}

/** Runs `serve` for each connection; what it throws ends that connection. */
export function rawServer(
  serve: (connection: RawConnection) => Promise<void>,
  { watch = true, port = 0 }: RawServerOptions = {},
): RawServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const open = new Set<Served>();
  let accepted = 0;
  let openMost = 0;

  async function run(socket: Deno.TcpConn): Promise<void> {
    const connection = new Served(socket, accepted++, () => open.delete(connection));
    open.add(connection);
    openMost = Math.max(openMost, open.size);
    try {
      await serve(connection);
      if (watch) await connection.drain();
    } catch {
      connection.close();
    }
  }
  async function accept(): Promise<void> {
    const running: Promise<void>[] = [];
    for await (const socket of listener) running.push(run(socket));
    for (const connection of open) connection.close();
    await Promise.all(running);
  }
  const accepting = accept();
  let isListening = true;
  return {
    port: listener.addr.port,
    get accepted() {
      return accepted;
    },
    get open() {
      return open.size;
    },
    get openMost() {
      return openMost;
    },
    async [Symbol.asyncDispose]() {
      if (isListening) listener.close();
      isListening = false;
      for (const connection of open) connection.close();
      await accepting;
    },
  };
}

class Served implements RawConnection {
  readonly #socket: Deno.TcpConn;
  readonly #closed: () => void;
  #buffer = new Uint8Array(0);
  #open = true;

  constructor(socket: Deno.TcpConn, readonly number: number, closed: () => void) {
    this.#socket = socket;
    this.#closed = closed;
    socket.setNoDelay(true);
  }

  async request(): Promise<string | null> {
    for (;;) {
      const end = headEnd(this.#buffer, this.#buffer.byteLength);
      if (end >= 0) return await this.#whole(end);
      if (!await this.#more()) return null;
    }
  }

  async send(answer: string | Uint8Array<ArrayBuffer>): Promise<void> {
    let rest = typeof answer === "string" ? latin1Bytes(answer) : answer;
    while (rest.byteLength > 0) rest = rest.subarray(await this.#socket.write(rest));
  }

  async end(): Promise<void> {
    await this.#socket.closeWrite();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closed();
    this.#socket.close();
  }

  /** Reads until the client closes. */
  async drain(): Promise<void> {
    while (await this.#more()) this.#buffer = new Uint8Array(0);
    this.close();
  }

  async #whole(end: number): Promise<string | null> {
    const head = latin1(this.#buffer.subarray(0, end));
    const length = end + Number(/\r\ncontent-length: (\d+)\r\n/.exec(head)?.[1] ?? 0);
    while (this.#buffer.byteLength < length) if (!await this.#more()) return null;
    const request = latin1(this.#buffer.subarray(0, length));
    this.#buffer = this.#buffer.slice(length);
    return request;
  }

  async #more(): Promise<boolean> {
    const piece = new Uint8Array(65_536);
    const count = await this.#socket.read(piece);
    if (count === null) return false;
    const joined = new Uint8Array(this.#buffer.byteLength + count);
    joined.set(this.#buffer);
    joined.set(piece.subarray(0, count), this.#buffer.byteLength);
    this.#buffer = joined;
    return true;
  }
}

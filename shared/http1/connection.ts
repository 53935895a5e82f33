/**
 * One HTTP/1.1 connection of a client: one request, its answer, the next request. It always has a
 * read under way, so that it knows at once when the server closes it.
 */
import { AnswerHead, headEnd, latin1, MalformedAnswer, mayBegin } from "./answer_head.ts";
import { ChunkedReader, readFully } from "./chunked.ts";
import { GrowingBytes } from "./growing_bytes.ts";
import { NotSent } from "./not_sent.ts";

/** What came back. */
export interface Answer {
  readonly head: AnswerHead;
  /** Undefined if it has more bytes than the caller takes: it was not read to its end. */
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

/** The part of a Deno connection that is needed. */
export type Socket = Pick<Deno.Conn, "read" | "write" | "close">;

const bufferBytes = 16_384;
/** The longest head of an answer, in bytes. */
const headBytesMax = 65_536;
/** Interim answers (1xx) before the final one. */
const interimMax = 8;

interface Waiter {
  resolve(count: number | null): void;
  reject(error: unknown): void;
}

export class Connection {
  readonly #socket: Socket;
  readonly #closed: () => void;
  #buffer = new Uint8Array(bufferBytes);
  #filled = 0;
  /** Who waits for the read under way; nobody while the connection is idle. */
  #waiter: Waiter | undefined;
  /** What the socket has not taken yet of the request; undefined once it has taken all. */
  #unsent: Uint8Array | undefined;
  #open = true;

  /** `closed` is told once when the connection can take no more requests. */
  constructor(socket: Socket, closed: () => void) {
    this.#socket = socket;
    this.#closed = closed;
    this.#listen();
  }

  get open(): boolean {
    return this.#open;
  }

  /** Ends what is under way: an exchange rejects. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#socket.close();
    this.#closed();
  }

  /**
   * Sends a request and reads its answer. Rejects with whatever ended the connection, or with
   * `MalformedAnswer`; it is closed then, as it is after an answer that leaves it unusable.
   */
  async exchange(request: Uint8Array, bodyBytesMax: number): Promise<Answer> {
    if (!this.#open) throw new NotSent("the connection ended before the request");
    try {
      const first = this.#firstRead();
      this.#send(request);
      this.#filled = await first ?? this.#broken();
      const answer = await this.#answer(bodyBytesMax);
      // A refusal may come before a long request was sent: the rest is not worth waiting for.
      if (this.#unsent !== undefined) this.close();
      if (this.#open) this.#listen();
      return answer;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #firstRead(): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  /** Waits for bytes that nobody has asked for yet, or for the end. */
  #listen(): void {
    this.#socket.read(this.#buffer).then(this.#got, this.#lost);
  }

  readonly #got = (count: number | null): void => {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    // Nobody waits: the server has closed, or speaks without being asked.
    if (waiter === undefined) this.close();
    else waiter.resolve(count);
  };

  readonly #lost = (error: unknown): void => {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter === undefined) this.close();
    else waiter.reject(error);
  };

  #send(bytes: Uint8Array): void {
    this.#unsent = bytes;
    this.#socket.write(bytes).then(this.#sent, this.#unsendable);
  }

  readonly #sent = (count: number): void => {
    const rest = this.#unsent?.subarray(count);
    if (rest === undefined || rest.byteLength === 0) this.#unsent = undefined;
    else if (this.#open) this.#send(rest);
  };

  /** The server reads no more, but may have answered already: reading tells. */
  readonly #unsendable = (): void => {};

  async #answer(bodyBytesMax: number): Promise<Answer> {
    for (let interim = 0; interim <= interimMax; interim++) {
      const end = await this.#readHead();
      const head = new AnswerHead(latin1(this.#buffer.subarray(0, end - 4)));
      if (head.status >= 200) return await this.#finish(head, end, bodyBytesMax);
      if (head.status === 101) break;
      this.#buffer.copyWithin(0, end, this.#filled);
      this.#filled -= end;
    }
    throw new MalformedAnswer("the answer is no final one");
  }

  /** Reads until the head is complete; tells where it ends. */
  async #readHead(): Promise<number> {
    let end = headEnd(this.#buffer, this.#filled);
    while (end < 0) {
      if (!mayBegin(this.#buffer, this.#filled)) {
        throw new MalformedAnswer("the answer does not begin as HTTP/1.1 does");
      }
      if (this.#filled === this.#buffer.byteLength) this.#grow();
      const from = this.#filled;
      this.#filled += await this.#read(this.#buffer.subarray(from)) ?? this.#broken();
      end = headEnd(this.#buffer, this.#filled, from);
    }
    return end;
  }

  #grow(): void {
    if (this.#buffer.byteLength >= headBytesMax) {
      throw new MalformedAnswer("the answer's head is too long");
    }
    const larger = new Uint8Array(this.#buffer.byteLength * 2);
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  async #finish(head: AnswerHead, from: number, bodyBytesMax: number): Promise<Answer> {
    const { framing } = head;
    const begun = this.#buffer.subarray(from, this.#filled);
    if (framing === "chunked") return await this.#chunked(head, begun, bodyBytesMax);
    if (framing === "until-close") return await this.#untilClose(head, begun, bodyBytesMax);
    if (framing > bodyBytesMax) return this.#unread(head);
    const body = new Uint8Array(framing);
    body.set(begun.byteLength > framing ? begun.subarray(0, framing) : begun);
    if (begun.byteLength < framing) await readFully(this.#read, body, begun.byteLength);
    if (!head.keepsAlive || begun.byteLength > framing) this.close();
    return { head, body };
  }

  async #chunked(head: AnswerHead, begun: Uint8Array, bytesMax: number): Promise<Answer> {
    const reader = new ChunkedReader(begun, this.#read);
    const body = await reader.body(bytesMax);
    if (body === undefined) return this.#unread(head);
    if (!head.keepsAlive || reader.rest > 0) this.close();
    return { head, body };
  }

  async #untilClose(head: AnswerHead, begun: Uint8Array, bytesMax: number): Promise<Answer> {
    const body = new GrowingBytes();
    body.room(begun.byteLength).set(begun);
    body.took(begun.byteLength);
    while (body.length <= bytesMax) {
      const count = await this.#read(body.room(bufferBytes));
      if (count === null) {
        this.close();
        return { head, body: body.bytes };
      }
      body.took(count);
    }
    return this.#unread(head);
  }

  #unread(head: AnswerHead): Answer {
    this.close();
    return { head, body: undefined };
  }

  readonly #read = (target: Uint8Array): Promise<number | null> => this.#socket.read(target);

  #broken(): never {
    throw new MalformedAnswer("the connection ended before the answer");
  }
}

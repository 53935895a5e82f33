import type { ContextValues, HandlerContext } from "@connectrpc/connect";
import type { DescMethodUnary, DescService } from "@bufbuild/protobuf";
import type { Call } from "./call.ts";

export interface UnaryContextParts {
  readonly method: DescMethodUnary;
  readonly request: Request;
  readonly values: ContextValues;
  readonly call: Call;
  /** Of the answer. */
  readonly contentType: string;
}

/** A handler's context that makes what is seldom asked for only when it is. */
export class UnaryContext implements HandlerContext {
  readonly protocolName = "connect";
  readonly #parts: UnaryContextParts;
  #header: Headers | undefined;
  #trailer: Headers | undefined;
  #controller: AbortController | undefined;
  #end: { readonly reason: unknown } | undefined;

  constructor(parts: UnaryContextParts) {
    this.#parts = parts;
  }

  get method(): DescMethodUnary {
    return this.#parts.method;
  }

  get service(): DescService {
    return this.#parts.method.parent;
  }

  get url(): string {
    return this.#parts.request.url;
  }

  get requestMethod(): string {
    return this.#parts.request.method;
  }

  get requestHeader(): Headers {
    return this.#parts.request.headers;
  }

  get values(): ContextValues {
    return this.#parts.values;
  }

  get contentType(): string {
    return this.#parts.contentType;
  }

  /** Aborts when the call has ended, however it ended, and when the client has gone. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#end === undefined) this.#followClient(this.#controller);
      else this.#controller.abort(this.#end.reason);
    }
    return this.#controller.signal;
  }

  #followClient(controller: AbortController): void {
    const { signal } = this.#parts.request;
    const leave = () => controller.abort(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  }

  get responseHeader(): Headers {
    return this.#header ??= new Headers([["content-type", this.#parts.contentType]]);
  }

  /** Undefined unless somebody asked for it. */
  get writtenHeader(): Headers | undefined {
    return this.#header;
  }

  get responseTrailer(): Headers {
    return this.#trailer ??= new Headers();
  }

  /** Undefined unless a handler wrote one. */
  get writtenTrailer(): Headers | undefined {
    return this.#trailer;
  }

  timeoutMs(): number | undefined {
    const { deadlineMs } = this.#parts.call;
    return deadlineMs === Infinity ? undefined : deadlineMs - performance.now();
  }

  /** The call has ended: whoever listens to the signal stops. */
  end(reason?: unknown): void {
    this.#end = { reason };
    this.#controller?.abort(reason);
  }
}

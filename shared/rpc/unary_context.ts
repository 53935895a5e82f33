import type { ContextValues, HandlerContext } from "@connectrpc/connect";
import type { DescMethodUnary, DescService } from "@bufbuild/protobuf";
import type { Call } from "./call.ts";

/** A handler's context that makes what is seldom asked for only when it is. */
export class UnaryContext implements HandlerContext {
  readonly protocolName = "connect";
  readonly requestMethod = "POST";
  readonly responseHeader: Headers;
  #trailer: Headers | undefined;
  #controller: AbortController | undefined;
  #end: { readonly reason: unknown } | undefined;

  constructor(
    readonly method: DescMethodUnary,
    readonly url: string,
    readonly requestHeader: Headers,
    readonly values: ContextValues,
    readonly call: Call,
    contentType: string,
  ) {
    this.responseHeader = new Headers([["content-type", contentType]]);
  }

  get service(): DescService {
    return this.method.parent;
  }

  /** Aborts when the call has ended, however it ended. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#end !== undefined) this.#controller.abort(this.#end.reason);
    }
    return this.#controller.signal;
  }

  get responseTrailer(): Headers {
    return this.#trailer ??= new Headers();
  }

  /** Undefined unless a handler wrote one. */
  get writtenTrailer(): Headers | undefined {
    return this.#trailer;
  }

  timeoutMs(): number | undefined {
    const { deadlineMs } = this.call;
    return deadlineMs === Infinity ? undefined : deadlineMs - performance.now();
  }

  /** The call has ended: whoever listens to the signal stops. */
  end(reason?: unknown): void {
    this.#end = { reason };
    this.#controller?.abort(reason);
  }
}

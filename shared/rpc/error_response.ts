import { Code, type ConnectError } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { requestIdHeader } from "./call.ts";

/** A Connect error as an answer of the protocol-neutral kind. */
export function connectErrorResponse(error: ConnectError, status?: number): {
  status: number;
  header: Headers;
  body: AsyncIterable<Uint8Array>;
} {
  return {
    status: status ?? codeToHttpStatus(error.code),
    header: new Headers({ "content-type": "application/json" }),
    body: createAsyncIterable([errorToJsonBytes(error, undefined)]),
  };
}

/** A Connect error as a fetch answer, for requests that never got to a handler. */
export function fetchErrorResponse(
  error: ConnectError,
  options: { requestId: string; status?: number },
): Response {
  const headers = new Headers({
    "content-type": "application/json",
    [requestIdHeader]: options.requestId,
  });
  if (error.code === Code.Unavailable) headers.set("retry-after", "1");
  const body = errorToJsonBytes(error, undefined) as Uint8Array<ArrayBuffer>;
  return new Response(body, { status: options.status ?? codeToHttpStatus(error.code), headers });
}

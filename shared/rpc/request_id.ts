import type { Interceptor } from "@connectrpc/connect";
import { callIn, requestIdHeader } from "./call.ts";

/** Gives each call its ids and tells the request id to the client, also beside an error. */
export function requestId(): Interceptor {
  return (next) => async (request) => {
    const call = callIn(request.contextValues, request.header);
    call.reached = true;
    try {
      const response = await next(request);
      response.header.set(requestIdHeader, call.requestId);
      return response;
    } catch (error) {
      if (isWithMetadata(error)) error.metadata.set(requestIdHeader, call.requestId);
      throw error;
    }
  };
}

function isWithMetadata(error: unknown): error is { metadata: Headers } {
  return error instanceof Error && "metadata" in error && error.metadata instanceof Headers;
}

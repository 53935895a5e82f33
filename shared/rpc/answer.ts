/** Reading the answer of another service, within a limit. */
import { Code, ConnectError } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import { collectBytes } from "./bytes.ts";

/** The largest answer that a client takes, in bytes. */
export const readMaxBytes = 16 * 1_048_576;

/** An answer of a size that it tells is read at once, any other in pieces: never past the limit. */
export async function readAnswer(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const length = Number(response.headers.get("content-length") ?? NaN);
  if (length <= readMaxBytes) return await response.bytes();
  if (length > readMaxBytes) {
    await response.body?.cancel();
    throw answerTooLarge();
  }
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of response.body ?? []) {
    read += chunk.byteLength;
    if (read > readMaxBytes) throw answerTooLarge();
    chunks.push(chunk);
  }
  return await collectBytes(createAsyncIterable(chunks));
}

/** The refusal of an answer that is too long. */
export function answerTooLarge(): ConnectError {
  return new ConnectError(`the answer has more than ${readMaxBytes} bytes`, Code.ResourceExhausted);
}

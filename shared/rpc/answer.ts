/** Reading the answer of another service, within a limit. */
import { Code, ConnectError } from "@connectrpc/connect";
import { collectBytes } from "../bytes.ts";

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
  return await collectBytes(response.body ?? undefined, (read) => {
    if (read > readMaxBytes) throw answerTooLarge();
  });
}

/** The refusal of an answer that is too long. */
export function answerTooLarge(): ConnectError {
  return new ConnectError(`the answer has more than ${readMaxBytes} bytes`, Code.ResourceExhausted);
}

/** Asking a server on 127.0.0.1 whether it answers, without its client library. */
import { within } from "../wait.ts";

const answerTimeoutMs = 2_000;

/**
 * Sends `question` over a fresh connection and tells whether the answer matches `expected`.
 * False, never an error, when nobody listens, nothing comes within 2 s, or something else comes.
 */
export async function answers(
  port: number,
  { question, expected }: { question: string; expected: RegExp },
): Promise<boolean> {
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new TextEncoder().encode(question));
    // Closing the connection ends a read that is still waiting.
    return await within(readUntil(connection, expected), answerTimeoutMs) ?? false;
  } catch {
    return false;
  }
}

async function readUntil(connection: Deno.Conn, expected: RegExp): Promise<boolean> {
  const buffer = new Uint8Array(4_096);
  let text = "";
  while (text.length < 16_384) {
    const count = await connection.read(buffer).catch(() => null);
    if (count === null) return false;
    text += new TextDecoder().decode(buffer.subarray(0, count));
    if (expected.test(text)) return true;
  }
  return false;
}

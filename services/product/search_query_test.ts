import assert from "node:assert/strict";
import { create } from "@bufbuild/protobuf";
import fc from "fast-check";
import { SearchProductsRequestSchema } from "../../proto/gen/product/v1/product_service_pb.ts";
import { Refusal } from "../../shared/errors.ts";
import { anyOf, forgivingRunTerms, narrowSearch, queryWords, runTerms } from "./search_query.ts";

function narrow(request: { query: string; sort?: number }) {
  return narrowSearch(create(SearchProductsRequestSchema, request));
}

Deno.test("narrowSearch() normalises the text, and sorts by relevance unless told", () => {
  assert.deepEqual(narrow({ query: "  ＷＯＫ 手机 " }), {
    text: "WOK 手机",
    sort: "relevance",
    after: undefined,
    ps: 20,
  });
});

Deno.test("narrowSearch() refuses what is no query, and a sort that is none, by name", () => {
  const cases: [Parameters<typeof narrow>[0], string][] = [
    [{ query: "" }, "/query: must have 1 to 100 characters"],
    [{ query: "   " }, "/query: must have 1 to 100 characters"],
    [{ query: "手".repeat(101) }, "/query: must have 1 to 100 characters"],
    [
      { query: "wok", sort: 99 },
      "/sort: must be one of relevance, new, sales, price_asc, price_desc, rating",
    ],
  ];
  for (const [request, message] of cases) {
    assert.throws(() => narrow(request), (error) => {
      return error instanceof Refusal && error.message === message;
    });
  }
});

Deno.test("queryWords() keeps words and runs apart, each once", () => {
  assert.deepEqual(queryWords("Cast-iron WOK 30cm，炒锅 wok 铁锅，炒锅"), {
    words: ["cast", "iron", "wok", "30cm"],
    runs: ["炒锅", "铁锅"],
  });
  assert.deepEqual(queryWords("'; DROP TABLE product; -- <b>&|!():*"), {
    words: ["drop", "table", "product", "b"],
    runs: [],
  });
});

Deno.test("runTerms() asks for every pair, and for one character by what begins with it", () => {
  assert.equal(runTerms("手机壳"), "'手机' & '机壳'");
  assert.equal(runTerms("锅"), "'锅':*");
});

Deno.test("forgivingRunTerms() leaves out the pairs of one character at a time", () => {
  assert.equal(forgivingRunTerms("手机"), undefined);
  assert.equal(forgivingRunTerms("手机壳"), "('机壳') | ('手机')");
  assert.equal(
    forgivingRunTerms("蓝牙耳机"),
    "('牙耳' & '耳机') | ('耳机') | ('蓝牙') | ('蓝牙' & '牙耳')",
  );
});

Deno.test("terms hold nothing that a tsquery could trip over, whatever was typed", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
    const { words, runs } = queryWords(text.normalize("NFKC"));
    const terms = [anyOf(words), ...runs.map(runTerms)].join(" ");
    assert.doesNotMatch(terms.replaceAll(/'[^'\\\s]+'(:\*)?/g, ""), /[^ &|]/);
  }));
});

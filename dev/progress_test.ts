import { deepStrictEqual } from "node:assert/strict";
import { plainProgress } from "./progress.ts";

Deno.test("plainProgress() says one line a quarter", () => {
  const said: string[] = [];
  const progress = plainProgress((sentence) => said.push(sentence));
  for (let done = 0; done <= 100; done += 10) {
    progress.report(done, 100, done < 60 ? "products" : "orders");
  }
  progress.finish();
  deepStrictEqual(said, [
    "demo data: products 30/100",
    "demo data: products 50/100",
    "demo data: orders 80/100",
    "demo data: orders 100/100",
  ]);
});

import { Buffer } from "node:buffer";
import fc from "fast-check";
import assert from "node:assert/strict";
import { isSigned, signBody } from "./signature.ts";

const secret = "a secret";
const nowMs = 1_700_000_000_000;

Deno.test("isSigned() believes what signBody() signed, and nothing else", () => {
  const words = fc.string({ unit: "binary" });
  fc.assert(fc.property(words, words, (body, other) => {
    const signature = signBody(secret, body, nowMs);
    assert.ok(isSigned(secret, body, signature, nowMs));
    assert.ok(isSigned(secret, new TextEncoder().encode(body), signature, nowMs));
    const same = Buffer.from(other).equals(Buffer.from(body));
    assert.equal(isSigned(secret, other, signature, nowMs), same);
    assert.equal(isSigned(`${other}${secret}`, body, signature, nowMs), other === "");
  }));
});

Deno.test("isSigned() refuses another byte anywhere, in the body or the signature", () => {
  const body = new TextEncoder().encode(`{"captured_fen":1000}`);
  const signature = signBody(secret, body, nowMs);
  for (const index of body.keys()) {
    const changed = body.map((byte, at) => at === index ? byte ^ 1 : byte);
    assert.equal(isSigned(secret, changed, signature, nowMs), false);
  }
  for (let index = 0; index < signature.length; index++) {
    const letter = signature[index] === "1" ? "2" : "1";
    const changed = signature.slice(0, index) + letter + signature.slice(index + 1);
    assert.equal(isSigned(secret, body, changed, nowMs), false, changed);
  }
});

Deno.test("isSigned() refuses what is older, or further ahead, than five minutes", () => {
  const cases: [number, boolean][] = [
    [0, true],
    [-300_000, true],
    [-301_000, false],
    [300_000, true],
    [301_000, false],
  ];
  for (const [offsetMs, expected] of cases) {
    const signature = signBody(secret, "body", nowMs + offsetMs);
    assert.equal(isSigned(secret, "body", signature, nowMs), expected);
  }
});

Deno.test("isSigned() refuses what is no signature", () => {
  const signature = signBody(secret, "body", nowMs);
  const [time, mac] = signature.split(",");
  const malformed = [
    "",
    "t=,v1=",
    `${time}`,
    `${mac}`,
    `${mac},${time}`,
    `${signature}00`,
    signature.slice(0, -1),
    signature.toUpperCase(),
    ` ${signature}`,
    `${signature}\n`,
    `${time},v1=${"é".repeat(64)}`,
    `t=${"9".repeat(13)},${mac}`,
  ];
  for (const text of malformed) assert.equal(isSigned(secret, "body", text, nowMs), false, text);
});

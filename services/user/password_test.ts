import assert from "node:assert/strict";
import fc from "fast-check";
import { passwordViolation } from "./password.ts";

function reasonOf(password: string): string | undefined {
  return passwordViolation(password, "/password")?.reason;
}

Deno.test("passwordViolation() takes any text of 8 to 128 characters", () => {
  const good = [
    "demo-password-123",
    "correct horse battery staple",
    "密码密码密码密码",
    "😀😀😀😀😀😀😀😀",
    "        ",
    "x".repeat(128),
    "e\u0301".repeat(8),
  ];
  assert.deepEqual(good.map(reasonOf), good.map(() => undefined));
});

Deno.test("passwordViolation() names what is wrong", () => {
  assert.deepEqual(
    [
      "",
      "1234567",
      "😀😀😀😀",
      "x".repeat(129),
      "tab\tinside it",
      "nul\0inside",
      "half \ud800 half",
    ]
      .map(reasonOf),
    ["TOO_SHORT", "TOO_SHORT", "TOO_SHORT", "TOO_LONG", "MALFORMED", "MALFORMED", "MALFORMED"],
  );
});

Deno.test("passwordViolation() refuses the most common ones, whatever their case", () => {
  for (
    const password of ["password", "Password", "12345678", "QWERTYUIOP", "iloveyou", "sunshine"]
  ) {
    assert.equal(reasonOf(password), "TOO_COMMON", password);
  }
});

Deno.test("passwordViolation() never tells the password", () => {
  fc.assert(fc.property(fc.string({ minLength: 4, unit: "binary" }), (password) => {
    const { message = "" } = passwordViolation(`\0${password}\0`, "/password") ?? {};
    assert.ok(!message.includes(`\0${password}`));
  }));
});

import assert from "node:assert/strict";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import fc from "fast-check";
import { RegisterRequestSchema } from "../../proto/gen/user/v1/auth_service_pb.ts";
import { UpdateUserRequestSchema } from "../../proto/gen/user/v1/user_service_pb.ts";
import { Refusal } from "../../shared/errors.ts";
import {
  answerKey,
  narrowQuestion,
  narrowRegister,
  narrowUpdateUser,
  usernameKey,
} from "./account.ts";

function register(request: MessageInitShape<typeof RegisterRequestSchema>) {
  return narrowRegister(create(RegisterRequestSchema, { password: "a good password", ...request }));
}

function update(request: MessageInitShape<typeof UpdateUserRequestSchema>) {
  return narrowUpdateUser(create(UpdateUserRequestSchema, request));
}

/** Each wrong field and what is wrong with it. */
function wrong(narrow: () => unknown): string[] {
  try {
    narrow();
    return [];
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return error.violations.map(({ pointer, reason }) => `${pointer} ${reason}`);
  }
}

Deno.test("usernameKey() is one for twins by case, form and what nobody sees", () => {
  const families = [
    [
      "alice",
      "ALICE",
      "Alice",
      "ａｌｉｃｅ",
      " alice ",
      "al\u00adice",
      "alic\u200de",
      "alice\ufe0f",
    ],
    ["zoé", "ZOÉ", "zoe\u0301", "ZOE\u0301"],
    ["straße", "STRASSE", "STRAẞE"],
    ["οδος", "οδοσ", "ΟΔΟΣ"],
    ["苏小满"],
    ["ﬁona", "FIONA"],
  ];
  const keys = families.map((family) => [...new Set(family.map(usernameKey))]);
  assert.deepEqual(keys, [["alice"], ["zoé"], ["strasse"], ["οδος"], ["苏小满"], ["fiona"]]);
});

Deno.test("usernameKey() does not change by case or form, nor when it is made again", () => {
  const letters = [..."aAéÉßẞſıİσςΣÅÅﬁﬀⅧǅǆＡ苏ﷺ", "e\u0301", "\u0301", "\u00ad", "\u200d", " "];
  const anyText = fc.array(fc.constantFrom(...letters), { maxLength: 8 })
    .map((parts) => parts.join(""));
  fc.assert(fc.property(anyText, (text) => {
    const key = usernameKey(text);
    const twins = [text.toUpperCase(), text.toLowerCase(), text.normalize("NFD"), key];
    assert.deepEqual(twins.map(usernameKey), twins.map(() => key));
  }));
});

Deno.test("narrowRegister() tidies, and calls an account by its username unless told", () => {
  const request = {
    username: " Zoe\u0301 ",
    phone: " 13800138000 ",
    question: " Pet? ",
    answer: "x",
  };
  assert.deepEqual(register(request), {
    username: "Zoé",
    usernameKey: "zoé",
    password: "a good password",
    name: "Zoé",
    phone: "13800138000",
    question: "Pet?",
    answer: "x",
  });
  assert.equal(register({ username: "zoe", name: " Zoë " }).name, "Zoë");
  assert.equal(register({ username: "zoe", password: " spaces stay " }).password, " spaces stay ");
});

Deno.test("narrowRegister() names each wrong field", () => {
  const cases: [MessageInitShape<typeof RegisterRequestSchema>, string[]][] = [
    [{ username: "ab" }, ["/username TOO_SHORT"]],
    [{ username: "x".repeat(51) }, ["/username TOO_LONG", "/name TOO_LONG"]],
    [{ username: "😀".repeat(50) }, []],
    [{ username: "abc" }, []],
    [{ username: "a\nb" }, ["/username MALFORMED", "/name MALFORMED"]],
    [{ username: "abc", name: "x".repeat(51) }, ["/name TOO_LONG"]],
    [{ username: "abc", password: "password" }, ["/password TOO_COMMON"]],
    [{ username: "abc", phone: "12" }, ["/phone MALFORMED"]],
    [{ username: "abc", question: "x".repeat(101), answer: "a" }, ["/question TOO_LONG"]],
    [{ username: "abc", question: "Pet?" }, ["/answer REQUIRED"]],
    [{ username: "abc", question: "Pet?", answer: "x".repeat(101) }, ["/answer TOO_LONG"]],
    [{ username: "abc", answer: "of no question" }, []],
    [{}, ["/username REQUIRED", "/name REQUIRED"]],
  ];
  assert.deepEqual(
    cases.map(([request]) => wrong(() => register(request))),
    cases.map(([, violations]) => violations),
  );
});

Deno.test("narrowQuestion() turns the reset off without a question", () => {
  assert.deepEqual(narrowQuestion({ question: " ", answer: "" }), { question: "", answer: "" });
  assert.deepEqual(wrong(() => narrowQuestion({ question: "Pet?", answer: " " })), [
    "/answer REQUIRED",
  ]);
});

Deno.test("answerKey() knows neither case, nor form, nor outer spaces", () => {
  const twins = [" Mimi\u00e9 ", "MIMI\u00c9", "mimie\u0301"];
  assert.deepEqual(twins.map(answerKey), twins.map(() => "mimi\u00e9"));
  assert.notEqual(answerKey("a b"), answerKey("ab"));
});

Deno.test("narrowUpdateUser() keeps what is given, and leaves out what is not", () => {
  assert.deepEqual(update({}), {});
  assert.deepEqual(update({ name: " Erin ", phone: "" }), { name: "Erin", phone: "" });
  const pictures = ["", "/images/avatar/7.svg", "HTTPS://IMG.example.com/./a b.png"];
  assert.deepEqual(
    pictures.map((avatar) => update({ avatar })),
    ["", "/images/avatar/7.svg", "https://img.example.com/a%20b.png"].map((avatar) => ({ avatar })),
  );
});

Deno.test("narrowUpdateUser() names each wrong field", () => {
  const cases: [MessageInitShape<typeof UpdateUserRequestSchema>, string[]][] = [
    [{ name: " " }, ["/name REQUIRED"]],
    [{ phone: "phone" }, ["/phone MALFORMED"]],
    [{ avatar: "javascript:alert(1)" }, ["/avatar UNSUPPORTED_SCHEME"]],
    [{ avatar: "http://192.168.0.1/a.png" }, ["/avatar PRIVATE_ADDRESS"]],
    [{ avatar: "https://me:secret@example.com/" }, ["/avatar CREDENTIALS"]],
    [{ avatar: `https://example.com/${"x".repeat(2_048)}` }, ["/avatar TOO_LONG"]],
    [{ avatar: "/images/avatar/../../etc" }, ["/avatar MALFORMED"]],
    [{ avatar: "//example.com/a.png" }, ["/avatar MALFORMED"]],
  ];
  assert.deepEqual(
    cases.map(([request]) => wrong(() => update(request))),
    cases.map(([, violations]) => violations),
  );
});

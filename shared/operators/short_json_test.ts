import { create } from "@bufbuild/protobuf";
import { BytesValueSchema, StringValueSchema, StructSchema } from "@bufbuild/protobuf/wkt";
import assert from "node:assert/strict";
import {
  LoginRequestSchema,
  RegisterRequestSchema,
  ResetPasswordRequestSchema,
} from "../../proto/gen/user/v1/auth_service_pb.ts";
import { TokenPairSchema } from "../../proto/gen/user/v1/session_pb.ts";
import { ChangePasswordRequestSchema } from "../../proto/gen/user/v1/user_service_pb.ts";
import { jsonMaxBytes, shortJson } from "./short_json.ts";

Deno.test("shortJson() shows no password, answer or token", () => {
  const secret = "hunter2";
  const texts = [
    shortJson(LoginRequestSchema, create(LoginRequestSchema, { password: secret })),
    shortJson(
      RegisterRequestSchema,
      create(RegisterRequestSchema, { username: "u", password: secret, answer: secret }),
    ),
    shortJson(
      ResetPasswordRequestSchema,
      create(ResetPasswordRequestSchema, { answer: secret, newPassword: secret }),
    ),
    shortJson(
      ChangePasswordRequestSchema,
      create(ChangePasswordRequestSchema, { oldPassword: secret, newPassword: secret }),
    ),
    shortJson(
      TokenPairSchema,
      create(TokenPairSchema, { accessToken: secret, refreshToken: secret, tokenType: "Bearer" }),
    ),
  ];
  assert.deepEqual(texts.map((text) => JSON.parse(text)), [
    { password: "***" },
    { username: "u", password: "***", answer: "***" },
    { answer: "***", newPassword: "***" },
    { oldPassword: "***", newPassword: "***" },
    { accessToken: "***", refreshToken: "***", tokenType: "Bearer" },
  ]);
});

Deno.test("shortJson() looks into lists and members", () => {
  const message = create(StructSchema, {
    fields: {
      users: {
        kind: {
          case: "listValue",
          value: {
            values: [{
              kind: {
                case: "structValue",
                value: {
                  fields: {
                    client_secret: { kind: { case: "stringValue", value: "s" } },
                    name: { kind: { case: "stringValue", value: "n" } },
                  },
                },
              },
            }],
          },
        },
      },
    },
  });
  assert.equal(shortJson(StructSchema, message), '{"users":[{"client_secret":"***","name":"n"}]}');
});

Deno.test("shortJson() cuts at 16 KiB, between characters", () => {
  const cut = (value: string) => {
    return shortJson(StringValueSchema, create(StringValueSchema, { value }));
  };
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  assert.equal(cut("x".repeat(100)), `"${"x".repeat(100)}"`);
  assert.equal(cut("x".repeat(jsonMaxBytes - 2)).length, jsonMaxBytes);
  assert.equal(cut("x".repeat(jsonMaxBytes)), `"${"x".repeat(jsonMaxBytes - 1)}`);
  // One byte of quotes, then three bytes each.
  assert.equal(cut("号".repeat(jsonMaxBytes)), `"${"号".repeat(5_461)}`);
  assert.equal(bytes(cut("号".repeat(jsonMaxBytes))), jsonMaxBytes);
  // And four: the one that does not fit is left out.
  const emoji = cut("😀".repeat(jsonMaxBytes));
  assert.equal(emoji, `"${"😀".repeat(4_095)}`);
  const binary = create(BytesValueSchema, { value: new Uint8Array([1, 2]) });
  assert.equal(shortJson(BytesValueSchema, binary), '"AQI="');
});

/** The own account: `/v1/user/info`, `/v1/user/password`, `/v1/user/question` and `/v1/user`. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { onBehalfOf } from "../../shared/rpc/call.ts";
import { personRoute, publicRoute } from "../access.ts";
import { userJson, UserSchema } from "../account/user.ts";
import { personId } from "../auth.ts";
import type { BffEnv } from "../context.ts";
import { withLimitHeaders } from "../limit_headers.ts";
import { bodyMembers } from "../middleware/body_members.ts";
import { noStore, problems, secret, text, uidParam } from "../schemas.ts";
import type { SessionDeps } from "./session.ts";

const away = { 503: "The user service is away." };
const limited = { 429: "Too many attempts: `Retry-After` says when to come back." };
const wrong = { 422: "A member of the body is wrong." };
const userAnswer = {
  200: { description: "The account.", content: { "application/json": { schema: UserSchema } } },
};
const uidQuery = z.object({ uid: uidParam });
const done = { 204: { description: "Done." } };

function body<T extends z.ZodType>(schema: T) {
  return { required: true as const, content: { "application/json": { schema } } };
}

const getRoute = personRoute({
  method: "get",
  path: "/v1/user/info",
  tags: ["account"],
  summary: "The own account",
  request: { query: uidQuery },
  responses: { ...userAnswer, ...problems(away) },
}, { stranger: "denied" });

const AccountChange = z.object({
  name: text({ min: 0, max: 200 }).optional().openapi({ minLength: 1, maxLength: 50 }),
  avatar: text({ min: 0, max: 2_048 }).optional().openapi({
    description: "An http or https address outside private networks; empty for none.",
  }),
  phone: text({ min: 0, max: 40 }).optional(),
}).openapi("AccountChange");

const patchRoute = personRoute({
  method: "patch",
  path: "/v1/user/info",
  tags: ["account"],
  summary: "Change the own account; absent members stay",
  middleware: bodyMembers({}),
  request: { query: uidQuery, body: body(AccountChange) },
  responses: { ...userAnswer, ...problems({ ...wrong, ...away }) },
}, { stranger: "denied" });

const passwordRoute = personRoute({
  method: "post",
  path: "/v1/user/password",
  tags: ["account"],
  summary: "Change the password; every other session ends",
  middleware: bodyMembers({}),
  request: {
    body: body(z.object({ old_password: secret, new_password: secret }).openapi("PasswordChange")),
  },
  responses: { ...done, ...problems({ ...wrong, ...limited, ...away }) },
});

const questionRoute = publicRoute({
  method: "get",
  path: "/v1/user/password/question",
  tags: ["account"],
  summary: "The question before a password reset; unknown names have one, too",
  request: {
    query: z.object({
      username: text({ min: 1, max: 1_000 }).openapi({ param: { name: "username", in: "query" } }),
    }),
  },
  responses: {
    200: {
      description: "The question.",
      content: { "application/json": { schema: z.object({ question: z.string() }) } },
    },
    ...problems({ ...limited, ...away }),
  },
});

const resetRoute = publicRoute({
  method: "post",
  path: "/v1/user/password/reset",
  tags: ["account"],
  summary: "Set a new password by the answer to the question; every session ends",
  middleware: bodyMembers({}),
  request: {
    body: body(
      z.object({ username: text({ min: 1, max: 1_000 }), answer: secret, new_password: secret })
        .openapi("PasswordReset"),
    ),
  },
  responses: {
    ...done,
    ...problems({ 401: "The name or the answer is wrong.", ...wrong, ...limited, ...away }),
  },
});

const setQuestionRoute = personRoute({
  method: "post",
  path: "/v1/user/question",
  tags: ["account"],
  summary: "Set the question before a password reset, or turn the reset off",
  middleware: bodyMembers({}),
  request: {
    body: body(
      z.object({
        password: secret,
        question: text({ min: 0, max: 200 }),
        answer: text({ min: 0, max: 1_000 }).default(""),
      }).openapi("ResetQuestion"),
    ),
  },
  responses: { ...done, ...problems({ ...wrong, ...limited, ...away }) },
});

const deleteRoute = personRoute({
  method: "delete",
  path: "/v1/user",
  tags: ["account"],
  summary: "Erase the own account; it cannot be undone",
  middleware: bodyMembers({}),
  request: { body: body(z.object({ password: secret }).openapi("AccountErasure")) },
  responses: { ...done, ...problems({ ...wrong, ...limited, ...away }) },
});

/** Adds the routes of the own account. */
export function accountRoutes(app: OpenAPIHono<BffEnv>, deps: SessionDeps): void {
  const { auth, user } = deps.clients;
  const limitedCall = (c: Context<BffEnv>) => withLimitHeaders(c, onBehalfOf(c.var.call));
  const client = (c: Context<BffEnv>) => {
    return { ipAddress: deps.clientAddress(c.var.call, c.req.raw.headers) };
  };
  app.openapi(getRoute, async (c) => {
    const userId = personId(c);
    const answer = await user.getUser({ userId }, onBehalfOf(c.var.call));
    return c.json(userJson(answer.user), 200, noStore);
  });
  app.openapi(patchRoute, async (c) => {
    const userId = personId(c);
    const { name, avatar, phone } = c.req.valid("json");
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(avatar === undefined ? {} : { avatar }),
      ...(phone === undefined ? {} : { phone }),
    };
    const answer = await user.updateUser({ userId, ...change }, onBehalfOf(c.var.call));
    return c.json(userJson(answer.user), 200, noStore);
  });
  app.openapi(passwordRoute, async (c) => {
    const { old_password: oldPassword, new_password: newPassword } = c.req.valid("json");
    await user.changePassword({ oldPassword, newPassword }, limitedCall(c));
    return c.body(null, 204);
  });
  app.openapi(questionRoute, async (c) => {
    const request = { ...c.req.valid("query"), client: client(c) };
    const { question } = await auth.getResetQuestion(request, limitedCall(c));
    return c.json({ question }, 200, noStore);
  });
  app.openapi(resetRoute, async (c) => {
    const { new_password: newPassword, ...same } = c.req.valid("json");
    await auth.resetPassword({ ...same, newPassword, client: client(c) }, limitedCall(c));
    return c.body(null, 204);
  });
  app.openapi(setQuestionRoute, async (c) => {
    await user.setResetQuestion(c.req.valid("json"), limitedCall(c));
    return c.body(null, 204);
  });
  app.openapi(deleteRoute, async (c) => {
    await user.deleteUser(c.req.valid("json"), limitedCall(c));
    return c.body(null, 204);
  });
}

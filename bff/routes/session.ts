/** Logging in and out: `/v1/user/register`, `/login`, `/refresh`, `/logout` and `/session`. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { onBehalfOf } from "../../shared/rpc/call.ts";
import { personRoute, publicRoute } from "../access.ts";
import { loginJson, LoginSchema, sessionJson, SessionSchema } from "../account/user.ts";
import type { ClientAddress } from "../client_address.ts";
import type { Clients } from "../clients.ts";
import type { BffEnv } from "../context.ts";
import { withLimitHeaders } from "../limit_headers.ts";
import { bodyMembers } from "../middleware/body_members.ts";
import { noStore, problems, secret, text, uidParam } from "../schemas.ts";

const away = { 503: "The user service is away, or too many log in at once." };
const limited = { 429: "Too many attempts: `Retry-After` says when to come back." };
const loginAnswer = { content: { "application/json": { schema: LoginSchema } } };

const Registration = z.object({
  username: text({ min: 1, max: 100 }).openapi({ minLength: 3, maxLength: 50, example: "alice" }),
  password: secret.openapi({ description: "8 to 128 characters, none of the most common ones." }),
  name: text({ min: 0, max: 100 }).default("").openapi({ description: "The username, if absent." }),
  phone: text({ min: 0, max: 40 }).default(""),
  question: text({ min: 0, max: 200 }).default("").openapi({
    description: "Asked before a password reset; without one there is no reset.",
  }),
  answer: text({ min: 0, max: 1_000 }).default("").openapi({
    description: "Compared without regard to case.",
  }),
}).openapi("Registration");

const registerRoute = publicRoute({
  method: "post",
  path: "/v1/user/register",
  tags: ["account"],
  summary: "Make an account and log in",
  middleware: bodyMembers({}),
  request: { body: { required: true, content: { "application/json": { schema: Registration } } } },
  responses: {
    201: { description: "The account, logged in.", ...loginAnswer },
    ...problems({
      400: "The JSON is malformed.",
      409: "The username is taken.",
      422: "A member of the body is wrong.",
      ...limited,
      ...away,
    }),
  },
});

const Credentials = z.object({
  username: text({ min: 0, max: 1_000 }).openapi({ example: "demo" }),
  password: secret.openapi({ example: "demo-password-123" }),
}).openapi("Credentials");

const loginRoute = publicRoute({
  method: "post",
  path: "/v1/user/login",
  tags: ["account"],
  summary: "Log in",
  request: { body: { required: true, content: { "application/json": { schema: Credentials } } } },
  responses: {
    200: { description: "Tokens for this device.", ...loginAnswer },
    ...problems({
      401: "The name or the password is wrong.",
      403: "The account is disabled.",
      422: "A member of the body is wrong.",
      ...limited,
      ...away,
    }),
  },
});

const RefreshBody = z.object({ refresh_token: text({ min: 1, max: 1_000 }) }).openapi("Refresh");

const refreshRoute = publicRoute({
  method: "post",
  path: "/v1/user/refresh",
  tags: ["account"],
  summary: "Change a refresh token for new tokens",
  description: "A refresh token works once; using it again ends its session.",
  request: { body: { required: true, content: { "application/json": { schema: RefreshBody } } } },
  responses: {
    200: { description: "New tokens.", ...loginAnswer },
    ...problems({
      401: "The refresh token is unknown, over, or was used before.",
      422: "A member of the body is wrong.",
      ...limited,
      ...away,
    }),
  },
});

const LogoutBody = RefreshBody.extend({
  all_devices: z.boolean().default(false).openapi({ description: "End every session." }),
}).openapi("Logout");

const logoutRoute = publicRoute({
  method: "post",
  path: "/v1/user/logout",
  tags: ["account"],
  summary: "Log out: this device, or all of them",
  request: { body: { required: true, content: { "application/json": { schema: LogoutBody } } } },
  responses: {
    204: { description: "The session is over, if it was one." },
    ...problems({ 422: "A member of the body is wrong.", ...away }),
  },
});

const listRoute = personRoute({
  method: "get",
  path: "/v1/user/session/list",
  tags: ["account"],
  summary: "The devices that are logged in",
  request: { query: z.object({ uid: uidParam }) },
  responses: {
    200: {
      description: "Last refreshed first.",
      content: { "application/json": { schema: z.object({ sessions: z.array(SessionSchema) }) } },
    },
    ...problems(away),
  },
}, { stranger: "denied" });

const endRoute = personRoute({
  method: "delete",
  path: "/v1/user/session/{session_id}",
  tags: ["account"],
  summary: "Log a device out",
  request: { params: z.object({ session_id: z.string().max(100) }) },
  responses: {
    204: { description: "It is over; what is no session of yours is passed over." },
    ...problems(away),
  },
}, { stranger: "unheard" });

const endAllRoute = personRoute({
  method: "delete",
  path: "/v1/user/session",
  tags: ["account"],
  summary: "Log every device out, this one too",
  responses: {
    204: { description: "All sessions are over." },
    ...problems(away),
  },
});

export interface SessionDeps {
  readonly clients: Clients;
  readonly clientAddress: ClientAddress;
}

/** Adds the routes of sessions. */
export function sessionRoutes(app: OpenAPIHono<BffEnv>, deps: SessionDeps): void {
  const { auth, user } = deps.clients;
  /** The person at the other end, whom the user service believes us. */
  function client(c: Context<BffEnv>) {
    const ipAddress = deps.clientAddress(c.var.call, c.req.raw.headers);
    return { ipAddress, userAgent: c.req.header("user-agent") ?? "" };
  }
  app.openapi(registerRoute, async (c) => {
    const options = withLimitHeaders(c, onBehalfOf(c.var.call));
    const answer = await auth.register({ ...c.req.valid("json"), client: client(c) }, options);
    return c.json(loginJson(answer), 201, noStore);
  });
  app.openapi(loginRoute, async (c) => {
    const options = withLimitHeaders(c, onBehalfOf(c.var.call));
    const answer = await auth.login({ ...c.req.valid("json"), client: client(c) }, options);
    return c.json(loginJson(answer), 200, noStore);
  });
  app.openapi(refreshRoute, async (c) => {
    const options = withLimitHeaders(c, onBehalfOf(c.var.call));
    const { refresh_token: refreshToken } = c.req.valid("json");
    const answer = await auth.refreshToken({ refreshToken, client: client(c) }, options);
    return c.json(loginJson(answer), 200, noStore);
  });
  app.openapi(logoutRoute, async (c) => {
    const { refresh_token: refreshToken, all_devices: allDevices } = c.req.valid("json");
    await auth.logout({ refreshToken, allDevices }, onBehalfOf(c.var.call));
    return c.body(null, 204);
  });
  app.openapi(listRoute, async (c) => {
    const { sessions } = await user.listSessions({}, onBehalfOf(c.var.call));
    return c.json({ sessions: sessions.map(sessionJson) }, 200, noStore);
  });
  app.openapi(endRoute, async (c) => {
    const { session_id: sessionId } = c.req.valid("param");
    await user.revokeSession({ sessionId }, onBehalfOf(c.var.call));
    return c.body(null, 204);
  });
  app.openapi(endAllRoute, async (c) => {
    await user.revokeSession({ all: true }, onBehalfOf(c.var.call));
    return c.body(null, 204);
  });
}

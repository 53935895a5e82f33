/** A front end: calls the BFF's JSON as one would. */
import type { Mall } from "./mall.ts";

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

/** The members that stories look at; each answer has some of them. */
export interface AnswerBody {
  readonly reason: string;
  readonly errors: readonly { readonly pointer: string }[];
  readonly access_token: string;
  readonly refresh_token: string;
  readonly user: { readonly id: number; readonly roles: readonly string[] };
  readonly orders: readonly unknown[];
  readonly products: readonly { readonly id: number; readonly name: string }[];
  readonly keys: readonly Readonly<Record<string, string>>[];
  readonly question: string;
  readonly order_id: string;
  readonly payment_id: string;
}

export interface FrontEnd {
  /** Sends a request; `token` is an access token. */
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  /** Registers a name of its own and answers what the API did. */
  register(username: string, password: string): Promise<Answer>;
  login(username: string, password: string): Promise<Answer>;
}

export interface SendOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A front end of this mall. */
export function createFrontEnd({ bff }: Pick<Mall, "bff">): FrontEnd {
  async function send(
    method: string,
    path: string,
    { token, body, headers = {} }: SendOptions = {},
  ): Promise<Answer> {
    const response = await fetch(`${bff.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? {} : JSON.parse(text),
    };
  }
  return {
    send,
    register: (username, password) => {
      return send("POST", "/v1/user/register", { body: { username, password } });
    },
    login: (username, password) => {
      return send("POST", "/v1/user/login", { body: { username, password } });
    },
  };
}

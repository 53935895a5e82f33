/** Cross-origin requests from browsers (Fetch standard, CORS protocol). */

export interface CorsOptions {
  /** Exact origins, or `*` for every origin. Credentials (cookies) are never allowed. */
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  /** How long a browser may remember a preflight, in seconds. */
  readonly maxAgeS?: number;
}

export interface Cors {
  /** The answer to a preflight, or undefined if the request is none. */
  preflight(request: Request): Response | undefined;
  /** Adds what lets a page read this answer. */
  decorate(request: Request, answer: { readonly headers: Headers }): void;
  /**
   * The same as plain headers, for answers to a page of `origin`; null when no page asks. Made
   * once for each configured origin.
   */
  headersFor(origin: string | null): Readonly<Record<string, string>>;
}

/** Prepares the headers once; a request pays a map look-up. */
export function createCors(options: CorsOptions): Cors {
  const any = options.origins.includes("*");
  const origins = new Set(options.origins);
  const exposed = options.exposeHeaders.join(", ");
  const preflightHeaders = {
    "access-control-allow-methods": options.methods.join(", "),
    "access-control-allow-headers": options.allowHeaders.join(", "),
    "access-control-max-age": String(options.maxAgeS ?? 7_200),
  };

  const vary: Readonly<Record<string, string>> = any ? {} : { vary: "Origin" };
  const readable = new Map([...origins].map((origin) => [origin, {
    ...vary,
    "access-control-allow-origin": origin,
    "access-control-expose-headers": exposed,
  }]));

  function headersFor(origin: string | null): Readonly<Record<string, string>> {
    if (origin === null) return vary;
    return readable.get(any ? "*" : origin) ?? vary;
  }
  function allow(origin: string | null, { headers }: { readonly headers: Headers }): boolean {
    if (!any) headers.append("vary", "Origin");
    if (origin === null || !(any || origins.has(origin))) return false;
    headers.set("access-control-allow-origin", any ? "*" : origin);
    return true;
  }
  return {
    preflight(request) {
      if (request.method !== "OPTIONS") return undefined;
      const headers = new Headers();
      if (allow(request.headers.get("origin"), { headers })) {
        for (const [name, value] of Object.entries(preflightHeaders)) headers.set(name, value);
      }
      return new Response(null, { status: 204, headers });
    },
    decorate(request, answer) {
      const origin = request.headers.get("origin");
      // The usual case: to ask an answer for its headers costs more than all the rest.
      if (origin === null && any) return;
      if (allow(origin, answer)) answer.headers.set("access-control-expose-headers", exposed);
    },
    headersFor,
  };
}

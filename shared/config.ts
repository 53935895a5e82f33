/** Reading the environment: every mistake is found at start and told in one sentence each. */

/** Thrown with every mistake of the environment at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly problems: readonly string[]) {
    super(`the environment is not usable:\n${problems.map((p) => `  - ${p}`).join("\n")}`);
  }
}

/** What `EnvReader` reads from: `Deno.env`, or a map in a test. */
export interface EnvSource {
  get(name: string): string | undefined;
}

/** Reads typed values, collecting mistakes; `done()` throws them together. */
export class EnvReader {
  readonly #problems: string[] = [];

  constructor(private readonly source: EnvSource) {}

  /** A non-empty text. Required unless a fallback is given. */
  string(name: string, fallback?: string): string {
    const value = this.source.get(name)?.trim();
    if (value) return value;
    if (fallback === undefined) this.#problems.push(`${name} is required`);
    return fallback ?? "";
  }

  /** A whole number within `min` and `max`, both included. */
  int(name: string, options: { min: number; max: number; fallback?: number }): number {
    const text = this.source.get(name)?.trim();
    if (!text) {
      if (options.fallback === undefined) this.#problems.push(`${name} is required`);
      return options.fallback ?? options.min;
    }
    const value = Number(text);
    if (Number.isInteger(value) && value >= options.min && value <= options.max) return value;
    this.#problems.push(
      `${name} must be a whole number from ${options.min} to ${options.max}, not "${text}"`,
    );
    return options.min;
  }

  /** A TCP port; 0 asks the system for a free one. */
  port(name: string, fallback: number): number {
    return this.int(name, { min: 0, max: 65_535, fallback });
  }

  /** One word of a closed set. */
  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.source.get(name)?.trim();
    if (!text) return fallback;
    const found = allowed.find((word) => word === text);
    if (found === undefined) {
      this.#problems.push(`${name} must be one of ${allowed.join(", ")}, not "${text}"`);
    }
    return found ?? fallback;
  }

  /** `true` or `false`. */
  bool(name: string, fallback: boolean): boolean {
    return this.oneOf(name, ["true", "false"], fallback ? "true" : "false") === "true";
  }

  /** A URL with one of the `schemes`. Its value is never told: it may hold a password. */
  url(name: string, schemes: readonly string[], fallback?: string): string {
    const text = this.string(name, fallback);
    if (!text) return text;
    if (!hasScheme(text, schemes)) this.#refuseUrl(name, schemes);
    return text;
  }

  /** One or more URLs, separated by commas, each as `url()` wants it. */
  urls(name: string, schemes: readonly string[]): string {
    const text = this.string(name);
    if (text !== "" && !text.split(",").every((part) => hasScheme(part.trim(), schemes))) {
      this.#refuseUrl(name, schemes);
    }
    return text;
  }

  #refuseUrl(name: string, schemes: readonly string[]): void {
    this.#problems.push(`${name} must be a URL starting with ${schemes.join(":// or ")}://`);
  }

  /** Adds a mistake that only the caller can see. */
  problem(text: string): void {
    this.#problems.push(text);
  }

  /** Throws `ConfigError` if anything was wrong. Call it after the last read. */
  done(): void {
    if (this.#problems.length > 0) throw new ConfigError(this.#problems);
  }
}

function hasScheme(text: string, schemes: readonly string[]): boolean {
  return URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1));
}

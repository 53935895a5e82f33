/** Docker Compose's own opinion of compose.yaml; it needs no engine for that. */

/** The plugin of today, and the older program of its own that Debian ships. */
const candidates = [["docker", "compose"], ["docker-compose"]] as const;

/** What `config` says, or that no Docker Compose is on this machine. */
export type SchemaVerdict =
  | { readonly kind: "valid"; readonly by: string }
  | { readonly kind: "invalid"; readonly problem: string }
  | { readonly kind: "unknown" };

/** Validates the compose file in `directory`; `environment` gives what it demands. */
export async function schemaVerdict(
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<SchemaVerdict> {
  for (const [program, ...prefix] of candidates) {
    const version = await run(program, [...prefix, "version"], directory);
    if (!version?.success) continue;
    const result = await run(program, [...prefix, "config", "--quiet"], directory, environment);
    if (result === undefined) continue;
    const by = [program, ...prefix].join(" ");
    return result.success ? { kind: "valid", by } : { kind: "invalid", problem: result.said };
  }
  return { kind: "unknown" };
}

/** Undefined if there is no such program. */
async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ success: boolean; said: string } | undefined> {
  try {
    const { success, stderr } = await new Deno.Command(program, {
      args: [...args],
      cwd,
      env: { ...env },
      stdout: "null",
      signal: AbortSignal.timeout(30_000),
    }).output();
    return { success, said: new TextDecoder().decode(stderr).trim() };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

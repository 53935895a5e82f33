/** Running one rule over a snippet, as if it stood at a path of this repository. */
import { root } from "./imports.ts";

/** One snippet: where it stands, what it says and what the rule must find. */
export interface Sample {
  readonly path: string;
  readonly source: string;
  /** A part of each message, in order of the file; empty when the snippet is fine. */
  readonly finds: readonly string[];
}

/** The messages of `rule` about `source` at `path`. Works under `deno test` only. */
export function messagesOf(rule: Deno.lint.Rule, path: string, source: string): readonly string[] {
  const plugin = { name: "mall", rules: { rule } };
  return Deno.lint.runPlugin(plugin, root + path, source).map((found) => found.message);
}

/** Every sample whose messages differ from what it says, with what came instead. */
export function surprises(rule: Deno.lint.Rule, samples: readonly Sample[]): readonly unknown[] {
  return samples.flatMap((sample) => {
    const messages = messagesOf(rule, sample.path, sample.source);
    const same = messages.length === sample.finds.length &&
      sample.finds.every((part, index) => messages[index]?.includes(part));
    return same ? [] : [{ ...sample, messages }];
  });
}

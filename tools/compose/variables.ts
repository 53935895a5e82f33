/** `${VARIABLE}` in compose.yaml: what stands there, and what it becomes. */

/** One `${NAME…}` of a value. */
export interface Variable {
  readonly name: string;
  /** `:?` and `?` demand a value, `:-` and `-` give one, "" does neither. */
  readonly operator: string;
  readonly argument: string;
}

const variable = /\$\{([A-Za-z_]\w*)(?:(:?[-?])([^}]*))?\}/g;

/** The variables of a value, in order. */
export function variablesOf(value: string): readonly Variable[] {
  return [...value.matchAll(variable)].map(([, name = "", operator = "", argument = ""]) => ({
    name,
    operator,
    argument,
  }));
}

/** The value as a container sees it, when every demanded variable has its `sample`. */
export function substituted(value: string, sample: (name: string) => string): string {
  return value.replaceAll(
    variable,
    (_whole, name: string, operator?: string, argument?: string) =>
      operator?.endsWith("-") ? argument ?? "" : sample(name),
  );
}

/** Whether all of a value is one variable without a default, so that no secret is written down. */
export function isDemanded(value: string): boolean {
  const [only, ...more] = variablesOf(value);
  return only !== undefined && more.length === 0 && only.operator.endsWith("?") &&
    only.argument !== "" && value.replace(variable, "") === "";
}

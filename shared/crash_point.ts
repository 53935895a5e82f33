/**
 * Named places where a test may end the process as `kill -9` would, to prove that nothing is lost
 * or done twice there. Without a name armed, a place costs one comparison.
 */

interface ArmedPoint {
  readonly name: string;
  passesLeft: number;
  readonly die: () => void;
}

let armed: ArmedPoint | undefined;

/**
 * Arms one place: `name`, or `name:3` for the third time that it is passed. Undefined disarms.
 * Configurations read it from `CRASH_AT`. `die` is for tests.
 */
export function armCrashPoint(
  at: string | undefined,
  die: () => void = () => Deno.exit(137),
): void {
  const [name = "", passes = "1"] = at?.split(":") ?? [];
  armed = name === "" ? undefined : { name, passesLeft: Number(passes), die };
}

/** Ends the process here if this place is armed. */
export function crashPoint(name: string): void {
  if (armed === undefined || armed.name !== name) return;
  armed.passesLeft--;
  if (armed.passesLeft === 0) armed.die();
}

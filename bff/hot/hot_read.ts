/** A public read whose answer may be kept: everything that is needed to make it again. */
import type { Call } from "../../shared/rpc/call.ts";

/** A JSON body and what it was made of. */
export interface Made<T> {
  readonly body: T;
  readonly tags: readonly string[];
}

export interface HotRead<T = unknown> {
  /** The declared path, for metrics. */
  readonly route: string;
  /** The same for every request that has the same answer; see `hotKey()`. */
  readonly key: string;
  /** Asks the services. Settles by the call's deadline. */
  load(call: Call): Promise<Made<T>>;
  /** Under these tags "there is no such thing" (NotFound) is kept, too; else never. */
  readonly absentTags?: readonly string[];
}

/** A key of a path and its validated parameters, in an order of the route's own. */
export function hotKey(
  path: string,
  ...parameters: readonly (string | number | bigint)[]
): string {
  return JSON.stringify([path, ...parameters.map(String)]);
}

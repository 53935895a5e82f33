/** Keys for a test that starts one process of the mall. */
import { keyEnvironment, type KeyOwner, mallKeys } from "../../dev/keys.ts";

/** Variables with new keys, as `owner` gets them. */
export async function processKeys(owner: KeyOwner): Promise<readonly [string, string][]> {
  return Object.entries(keyEnvironment(await mallKeys(), owner));
}

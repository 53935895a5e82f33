/**
 * `deno task keys`: new keys for a mall that runs elsewhere than on a developer's machine, as lines
 * of an environment file. All of them but SERVICE_KEYS are secrets.
 */
import { keyOwners, mallKeys } from "../dev/keys.ts";

/** The lines. */
export async function keyLines(): Promise<readonly string[]> {
  const keys = await mallKeys();
  return [
    `SERVICE_KEYS="${keys.publicKeys}"`,
    ...keyOwners.map((owner) => `${owner.toUpperCase()}_SERVICE_KEY="${keys.serviceKeys[owner]}"`),
    `USER_SIGNING_KEYS="${keys.signingKeys}"`,
  ];
}

if (import.meta.main) console.log((await keyLines()).join("\n"));

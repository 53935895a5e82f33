import { eventually } from "./eventually.ts";

/** Resolves when the process at `url` says that it is ready. */
export async function isReady(url: string): Promise<void> {
  await eventually(`${url} is ready`, async () => {
    const response = await fetch(`${url}/readyz`);
    await response.body?.cancel();
    return response.ok;
  }, { timeoutMs: 20_000 });
}

import { eventually } from "./eventually.ts";

/** Resolves when the process at `url` says that it is ready, or when it is `gone`. */
export async function isReady(url: string, gone: () => boolean = () => false): Promise<void> {
  await eventually(`${url} is ready`, async () => {
    if (gone()) return true;
    const response = await fetch(`${url}/readyz`);
    await response.body?.cancel();
    return response.ok;
  }, { timeoutMs: 20_000 });
}

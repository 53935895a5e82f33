import type { Shop } from "./shop.ts";

/** What a refusal says: its status, its reason and the pointers of its errors. */
export async function refusalOf(
  shop: Shop,
  path: string,
  init?: RequestInit,
): Promise<[status: number, reason: string, ...pointers: string[]]> {
  const response = await shop.request(path, init);
  const { reason, errors = [] } = await response.json();
  return [response.status, reason, ...errors.map(({ pointer }: { pointer: string }) => pointer)];
}

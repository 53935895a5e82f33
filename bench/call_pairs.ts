/** Clients and servers of the product service that are compared: ours and the library's own. */
import { type Child, startChild } from "./child.ts";
import { nodeEnvironment } from "./node_env.ts";
import type { PeerUrls } from "./peer.ts";

/** A client and a server, each in a process of its own. */
export interface Pair {
  readonly name: string;
  readonly caller: Child<object>;
  /** What it calls with; see `LoadQuestion`. */
  readonly client: string;
  readonly server: Child<object>;
  readonly url: string;
}

/** A pair that cannot run here; its name says why. */
export type MissingPair = Pick<Pair, "name">;

export const stockPair = "connect-es on Deno";
export const ourPair = "ours on Deno";

/** Starts them all; they end with `stack`. */
export async function startPairs(
  stack: AsyncDisposableStack,
): Promise<readonly (Pair | MissingPair)[]> {
  return [...await denoPairs(stack), ...await nodePairs(stack)];
}

/** Servers in processes of their own: what one has run neither warms nor slows another. */
async function denoPairs(stack: AsyncDisposableStack): Promise<readonly Pair[]> {
  const start = async <T>(file: string) => stack.use(await startChild<T>(file));
  const [stock, ours] = [await start<PeerUrls>("peer.ts"), await start<PeerUrls>("peer.ts")];
  const callingStock = { caller: await start<object>("caller.ts"), client: "stock" };
  const callingOurs = { caller: await start<object>("caller.ts"), client: "ours" };
  const servingStock = { server: stock, url: stock.said.stock };
  const servingOurs = { server: ours, url: ours.said.ours };
  return [
    { name: stockPair, ...callingStock, ...servingStock },
    { name: ourPair, ...callingOurs, ...servingOurs },
    { name: "our client → connect-es", ...callingOurs, ...servingStock },
    { name: "connect-es → our server", ...callingStock, ...servingOurs },
  ];
}

/** The library's pair for Node, over both versions of HTTP; without Node two pairs that do not run. */
async function nodePairs(
  stack: AsyncDisposableStack,
): Promise<readonly (Pair | MissingPair)[]> {
  const env = nodeEnvironment();
  return await Promise.all(["1.1", "2"].map(async (client) => {
    const name = `connect-node, HTTP/${client}`;
    try {
      const server = stack.use(await startChild<Record<string, string>>("node_server.mjs", env));
      const caller = stack.use(await startChild<object>("node_caller.mjs", env));
      const { [client]: url = "", version } = server.said;
      return { name: `${name}, Node ${version}`, caller, client, server, url };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return { name: `${name}: there is no node on PATH` };
    }
  }));
}

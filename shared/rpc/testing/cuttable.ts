/** For tests: a port in front of another whose cable can be cut. */

export interface Cuttable extends Disposable {
  readonly port: number;
  /** Connections of clients that are open. */
  readonly open: number;
  /** Ends every connection and takes no more. */
  cut(): void;
}

/** Passes bytes on to a port of this machine, from a port of its own or the one it is given. */
export function cuttable(targetPort: number, port = 0): Cuttable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const open = new Set<Deno.TcpConn>();
  let isCut = false;

  async function pass(connection: Deno.TcpConn): Promise<void> {
    const target = await Deno.connect({ hostname: "127.0.0.1", port: targetPort });
    for (const end of [connection, target]) open.add(end);
    if (isCut) return cut();
    await Promise.allSettled([
      connection.readable.pipeTo(target.writable),
      target.readable.pipeTo(connection.writable),
    ]);
    for (const end of [connection, target]) open.delete(end);
  }
  async function accept(): Promise<void> {
    for await (const connection of listener) void pass(connection);
  }
  function cut(): void {
    if (!isCut) listener.close();
    isCut = true;
    for (const end of open) closeQuietly(end);
    open.clear();
  }
  void accept().catch(() => {});
  return {
    port: listener.addr.port,
    get open() {
      return open.size / 2;
    },
    cut,
    [Symbol.dispose]: cut,
  };
}

function closeQuietly(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It ended by itself.
  }
}

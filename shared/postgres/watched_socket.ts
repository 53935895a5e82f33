/** The TCP socket under a Postgres connection, with the two limits that postgres.js lacks. */
import { connect, type Socket } from "node:net";

export interface WatchedSocketOptions {
  readonly host: string;
  readonly port: number;
  /** The longest silence after something was sent, in milliseconds. */
  readonly silenceMaxMs: number;
}

/** How often a socket is looked at, in milliseconds. */
const lookEveryMs = 500;
/** postgres.js writes its start-up message within one turn of the event loop. */
const firstWriteMaxMs = 20;

/**
 * Opens a socket to Postgres. It is closed, failing its queries,
 *  - when something was sent and nothing was heard for `silenceMaxMs`: a frozen host or a cut
 *    network never closes a connection, and `statement_timeout` is the server's to keep;
 *  - when nothing is written to it at all. postgres.js 3.4.9 forgets to reset its write timer
 *    when a connection closes with a write pending; the next start-up message is then kept back
 *    until 1 KiB has gathered. Failing at once makes it gather in milliseconds instead of one
 *    connect timeout each.
 */
export function openWatchedSocket(options: WatchedSocketOptions): Socket {
  const socket = connect({ host: options.host, port: options.port, noDelay: true });
  endQuietly(socket);
  let answeredBytes = 0;
  let silentSince: number | undefined;

  const firstWrite = setTimeout(() => {
    if (socket.bytesWritten === 0 && !socket.connecting) socket.destroy();
  }, firstWriteMaxMs);
  const look = setInterval(() => {
    if (socket.connecting || socket.bytesWritten === answeredBytes) {
      silentSince = undefined;
      return;
    }
    silentSince ??= performance.now();
    if (performance.now() - silentSince >= options.silenceMaxMs) socket.destroy();
  }, lookEveryMs);

  socket.on("data", () => {
    answeredBytes = socket.bytesWritten;
    silentSince = undefined;
  });
  socket.once("close", () => {
    clearTimeout(firstWrite);
    clearInterval(look);
  });
  return socket;
}

/**
 * Makes every end of an established connection look like a plain close. On an error, postgres.js
 * fails the queries at once but takes the connection out of use only at the close that follows; a
 * query asked in between, as by a caller who tries again, is kept on it and never answered.
 */
function endQuietly(socket: Socket): void {
  let established = false;
  socket.once("connect", () => established = true);
  const emit = socket.emit.bind(socket) as (event: string, ...args: unknown[]) => boolean;
  function emitQuietly(event: string, ...args: unknown[]): boolean {
    if (!established) return emit(event, ...args);
    if (event === "error") return true;
    return event === "close" ? emit("close", false) : emit(event, ...args);
  }
  socket.emit = emitQuietly as Socket["emit"];
}

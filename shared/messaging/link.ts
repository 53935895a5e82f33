/** What messaging needs to know of the process's connection to NATS. */
import type { NatsConnection } from "nats";

/** Says the connection, or undefined while NATS is away. It may come and go at any time. */
export interface NatsSource {
  connection(): NatsConnection | undefined;
}

/** Which connection it is: another one after every reconnect, also to the same server. */
export function linkId(connection: NatsConnection): string {
  return `${connection.info?.server_id ?? ""}/${connection.info?.client_id ?? ""}`;
}

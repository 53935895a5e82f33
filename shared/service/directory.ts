import { createDirectory } from "../discovery/directory.ts";
import type { Directory } from "../discovery/hosts.ts";
import { createStaticDirectory, parseStaticHosts } from "../discovery/static_hosts.ts";
import type { Logger } from "../log.ts";
import type { Nats } from "../nats/connection.ts";
import type { ProcessConfig } from "./config.ts";

/** Where the services are: `STATIC_HOSTS` if it says, else what NATS knows. */
export function openDirectory(config: ProcessConfig, nats: Nats, log: Logger): Directory {
  if (config.staticHosts === "") return createDirectory({ nats, log });
  return createStaticDirectory(parseStaticHosts(config.staticHosts));
}

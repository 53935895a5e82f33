/** Fixed instances in place of discovery: `STATIC_HOSTS`. */
import { ConfigError } from "../config.ts";
import { createHostList, type Directory, type Host, type Hosts } from "./hosts.ts";

/** URLs by service name. */
export type StaticHosts = ReadonlyMap<string, readonly string[]>;

/**
 * Reads `order=http://10.0.0.5:8080,http://10.0.0.6:8080;product=http://10.0.0.7:8081`. Throws
 * ConfigError with every mistake.
 */
export function parseStaticHosts(text: string): StaticHosts {
  const problems: string[] = [];
  const found = new Map<string, readonly string[]>();
  for (const part of text.split(";").map((one) => one.trim()).filter((one) => one !== "")) {
    const [, name = "", list = ""] = /^([^=]*)=(.*)$/s.exec(part) ?? [];
    if (!/^[a-z][a-z0-9_-]*$/.test(name.trim())) {
      problems.push(`STATIC_HOSTS: "${part}" must look like service=url,url`);
    } else if (found.has(name.trim())) {
      problems.push(`STATIC_HOSTS: ${name.trim()} is given twice`);
    } else {
      found.set(name.trim(), parseUrls(name.trim(), list, problems));
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return found;
}

function parseUrls(name: string, list: string, problems: string[]): readonly string[] {
  const texts = list.split(",").map((text) => text.trim()).filter((text) => text !== "");
  if (texts.length === 0) problems.push(`STATIC_HOSTS: ${name} has no url`);
  const urls = texts.map((text) => parseHostUrl(text));
  urls.forEach((url, at) => {
    if (!url) problems.push(`STATIC_HOSTS: ${name}: "${texts[at]}" is not an http or https origin`);
  });
  return [...new Set(urls.filter((url) => url !== undefined))];
}

/** The origin of a URL that is nothing but one; undefined if it is anything else. */
export function parseHostUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const bare = url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "";
  return bare && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}

/** A directory that knows these and never changes. Other names have no hosts. */
export function createStaticDirectory(services: StaticHosts): Directory {
  const lists = new Map<string, Hosts>();

  function hosts(name: string): Hosts {
    const known = lists.get(name);
    if (known) return known;
    const list = createHostList(name, (services.get(name) ?? []).map(staticHost));
    lists.set(name, list);
    return list;
  }
  return { hosts, [Symbol.asyncDispose]: () => Promise.resolve() };
}

function staticHost(url: string): Host {
  return { instanceId: url, url, version: "static", weight: 1, startedMs: 0 };
}

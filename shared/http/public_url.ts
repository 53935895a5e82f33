/**
 * Addresses that people send, such as those of pictures. No process of the mall ever fetches them,
 * so there is no request to forge on the server and no look-up that a name could be rebound
 * between. Readers' browsers do fetch them, which is why addresses of inner networks are refused: a
 * comment must not make its readers knock at their own routers.
 */
import { isPublicHost } from "./host_address.ts";

/** Characters of an address at most, as it was sent and as it is kept. */
export const publicUrlMax = 2_048;

/** Why an address is refused: a stable word and a sentence. */
export interface PublicUrlProblem {
  readonly reason:
    | "TOO_LONG"
    | "MALFORMED"
    | "UNSUPPORTED_SCHEME"
    | "CREDENTIALS"
    | "PRIVATE_ADDRESS";
  readonly message: string;
}

/** What a name in an address consists of; a parser lets quotes and more pass. */
const hostName = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/;

/**
 * The address as the WHATWG URL standard writes it, or what is wrong with it. What was checked is
 * what is kept, so no other reader of odd spellings can come to another host. Addresses without a
 * host, such as those that the mall itself gives its own pictures, are not for buyers.
 */
export function readPublicUrl(text: string): string | PublicUrlProblem {
  if (text.length > publicUrlMax) return tooLong;
  const url = text.isWellFormed() ? URL.parse(text) : null;
  if (url === null) return { reason: "MALFORMED", message: "must be an http or https address" };
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return { reason: "UNSUPPORTED_SCHEME", message: "must begin with http:// or https://" };
  }
  if (url.username !== "" || url.password !== "") {
    return { reason: "CREDENTIALS", message: "must not hold a user or a password" };
  }
  if (!url.hostname.startsWith("[") && !hostName.test(url.hostname)) {
    return { reason: "MALFORMED", message: "must have a well-formed host" };
  }
  if (!isPublicHost(url.hostname)) {
    return { reason: "PRIVATE_ADDRESS", message: "must be on the public internet" };
  }
  return url.href.length > publicUrlMax ? tooLong : url.href;
}

const tooLong: PublicUrlProblem = {
  reason: "TOO_LONG",
  message: `must have at most ${publicUrlMax} characters`,
};

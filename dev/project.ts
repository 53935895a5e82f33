import { fileURLToPath } from "node:url";

/** The directory of this project: absolute, without a slash at the end. */
export function projectRoot(): string {
  return fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
}

/** For tests: one turn of the event loop, in which the other end of a local socket is heard. */
export async function turnOfLoop(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

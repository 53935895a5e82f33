/** Long enough for what happened at one end of a socket of this machine to be heard at the other. */
export async function untilHeard(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 30));
}

/** What keeps the mall from starting, as a sentence that says what to do; shown without a stack. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

/** Keeps the sandbox's books in a file, so that refunds work after a restart. */
import type { Books, SandboxPayment, SandboxRefund } from "./books.ts";

interface Kept {
  readonly payments: readonly SandboxPayment[];
  readonly refunds: readonly SandboxRefund[];
}

/** Fills empty books with what was kept; a missing file is empty. Throws on a broken one. */
export function readBooks(file: string, books: Books): void {
  let kept: Kept;
  try {
    kept = JSON.parse(Deno.readTextFileSync(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw new Error(`${file} cannot be read: delete it to start with empty books`, {
      cause: error,
    });
  }
  for (const payment of kept.payments) books.payments.set(payment.payment_id, payment);
  for (const refund of kept.refunds) books.refunds.set(refund.refund_id, refund);
}

/** Writes all, whole or not at all. */
export function writeBooks(file: string, { payments, refunds }: Books): void {
  const kept: Kept = { payments: [...payments.values()], refunds: [...refunds.values()] };
  Deno.writeTextFileSync(`${file}.new`, JSON.stringify(kept));
  Deno.renameSync(`${file}.new`, file);
}

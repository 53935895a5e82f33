/** The pay page: what a buyer sees of the sandbox platform. */
import type { SandboxPayment } from "./books.ts";

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #eef1f5; }
  main { width: min(24rem, 90vw); padding: 2rem; border-radius: 1rem; background: #fff;
         color: #1c2430; box-shadow: 0 1rem 3rem #0002; }
  h1 { margin: 0; font-size: 1rem; font-weight: 500; color: #5b6675; }
  .amount { margin: .25rem 0 1rem; font-size: 2.5rem; font-weight: 700; }
  .note { color: #5b6675; font-size: .875rem; overflow-wrap: anywhere; }
  form { display: grid; gap: .75rem; margin-top: 1.5rem; }
  button { padding: .85rem; border: 0; border-radius: .6rem; font: inherit; font-weight: 600;
           cursor: pointer; background: #1769e0; color: #fff; }
  button.quiet { background: #e4e8ee; color: #1c2430; }
  button:focus-visible { outline: 3px solid #f5a524; outline-offset: 2px; }
`;

/** What the page may do: show itself and send its form. */
export const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action *; " +
  "base-uri 'none'; frame-ancestors 'none'";

/** The page of one payment. */
export function payPage(payment: SandboxPayment): string {
  const { amount_fen, currency, subject, status, payment_id, number } = payment;
  const amount = `${currency} ${(amount_fen / 100).toFixed(2)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox: pay ${escaped(amount)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(subject)}</h1>
<p class="amount">${escaped(amount)}</p>
${status === "pending" ? form(payment_id) : `<p>This payment is ${status}.</p>`}
<p class="note">Sandbox, no real money. ${escaped(number)}</p>
</main>
</body>
</html>
`;
}

function form(paymentId: string): string {
  return `<form method="post" action="/pay/${escaped(paymentId)}">
<button name="action" value="pay" autofocus>Pay</button>
<button class="quiet" name="action" value="refuse">Refuse</button>
</form>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** What proving tokens and checking passwords cost. */
import { createLogger } from "../shared/log.ts";
import { createPasswordHasher } from "../services/user/service/password_hasher.ts";
import { startChild } from "./child.ts";
import { openSockets } from "./http_load.ts";
import { benchUserId, type MeasuredMall } from "./mall.ts";
import { inFlight, measureRounds, type Thing } from "./rounds.ts";
import { pairTable, ratioTable } from "./table.ts";

/** What the user service hashes with unless it is told otherwise. */
const hashCost = { memoryKib: 19_456, passes: 2, lanes: 1 } as const;
const hashWorkers = 2;
/** Logins at once: enough to keep the workers busy, few enough to answer within the deadline. */
const loginsAtOnce = 4;
const longMs = 3_000;

/** Prints both tables. */
export async function measureAccounts(mall: MeasuredMall, stopped: AbortSignal): Promise<void> {
  await measureVerification(mall, stopped);
  await measureLogins(mall, stopped);
}

async function measureVerification(mall: MeasuredMall, stopped: AbortSignal): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const name = "GET /v1/order/list with a token";
  const token = await mall.tokens.person(BigInt(benchUserId));
  const headers = { authorization: `Bearer ${token}` };
  const things: Thing[] = [];
  for (const verify of ["yes", "no"]) {
    const child = stack.use(
      await startChild<{ bff: string }>("verification_peer.ts", {
        ...mall.verificationEnv,
        BENCH_VERIFY: verify,
        BENCH_USER_ID: String(benchUserId),
        BENCH_HOSTS: `product=${mall.urls.product};user=${mall.urls.user}`,
      }),
    );
    const url = `${child.said.bff}/v1/order/list`;
    const sockets = stack.use(openSockets(url, inFlight, headers));
    things.push([name, () => sockets.get()]);
  }
  // A difference of a few hundredths needs more than a second to show.
  const rows = await measureRounds(things, { stopped, measureMs: longMs });
  console.log(`\nthe same call where tokens are proved, and where they are not\n`);
  console.log(pairTable(rows.slice(0, 1), rows.slice(1), "unproved/s"));
}

async function measureLogins(mall: MeasuredMall, stopped: AbortSignal): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const log = createLogger({ level: "error" });
  const options = { cost: hashCost, workers: hashWorkers, waitingMax: 100, log };
  const hasher = stack.use(await createPasswordHasher(options));
  const reference = "bare Argon2id in as many workers";
  const encoded = await hasher.hash("buyer-password-123");
  let n = 0;
  const next = () => `buyer${String(1 + n++ % 500).padStart(3, "0")}`;
  const rows = await measureRounds([
    [reference, async () => void await hasher.verify("buyer-password-123", encoded)],
    ["login", () => login(mall, next(), "buyer-password-123", 200)],
    ["login, wrong password", () => login(mall, next(), "not the password", 401)],
    ["login, unknown name", () => login(mall, `nobody ${n++}`, "not the password", 401)],
  ], { stopped, atOnce: loginsAtOnce, measureMs: longMs });
  console.log(`\nlogins, ${loginsAtOnce} at once, against Argon2id alone\n`);
  console.log(ratioTable(rows, reference));
}

/** Each from another address: limits count by address, and are not what is measured. */
async function login(
  mall: MeasuredMall,
  username: string,
  password: string,
  status: number,
): Promise<void> {
  const [a = 0, b = 0, c = 0] = crypto.getRandomValues(new Uint8Array(3));
  const response = await fetch(`${mall.urls.bff}/v1/user/login`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": `100.${a}.${b}.${c}` },
    body: JSON.stringify({ username, password }),
  });
  const text = await response.text();
  if (response.status !== status) {
    throw new Error(`login of ${username}: ${response.status} ${text}`);
  }
}

/** People who order, and full shelves for them. */
import type { TestTokens } from "../tests/support/tokens.ts";
import type { MallSql } from "./mall_sql.ts";

export interface BenchBuyer {
  readonly addressId: number;
  readonly token: string;
}

const firstId = 1_000_000n;
/** Tokens signed at once. */
const signedAtOnce = 100;

/** Puts so many accounts in, with an address each, and makes a token for each. */
export async function putBuyers(
  { user }: Pick<MallSql, "user">,
  tokens: TestTokens,
  count: number,
): Promise<readonly BenchBuyer[]> {
  await user`
    INSERT INTO users (id, username, username_key, password_hash)
    SELECT ${firstId}::bigint + n, 'shopper' || n, 'shopper' || n, ''
    FROM generate_series(1, ${count}::int) AS n`;
  const rows = await user<{ id: bigint; user_id: bigint }[]>`
    INSERT INTO address (user_id, name, phone, province, city, detail, is_default)
    SELECT ${firstId}::bigint + n, 'Buyer', '13800138000', 'P', 'C', 'D', true
    FROM generate_series(1, ${count}::int) AS n RETURNING id, user_id`;
  await user`ANALYZE users, address`;
  const buyers: BenchBuyer[] = [];
  for (let at = 0; at < rows.length; at += signedAtOnce) {
    buyers.push(
      ...await Promise.all(
        rows.slice(at, at + signedAtOnce).map(async ({ id, user_id }) => {
          return { addressId: Number(id), token: await tokens.person(user_id) };
        }),
      ),
    );
  }
  return buyers;
}

/** Fills the shelves of so many products on sale, and answers their ids. */
export async function stockUp(
  { product }: Pick<MallSql, "product">,
  count: number,
): Promise<readonly number[]> {
  const rows = await product<{ id: bigint }[]>`
    UPDATE product SET stock = stock + 100000, received = received + 100000
    WHERE id IN (SELECT id FROM product WHERE status = 1 ORDER BY id LIMIT ${count})
    RETURNING id`;
  if (rows.length < count) throw new Error(`only ${rows.length} products are on sale`);
  await product`VACUUM ANALYZE product`;
  return rows.map(({ id }) => Number(id));
}
